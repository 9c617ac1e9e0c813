// A small service in Node. /version is ordinary; /log is deliberately weak (command injection).
const http = require('http'), cp = require('child_process'), url = require('url');
http.createServer((req, res) => {
  const u = url.parse(req.url, true);
  if (u.pathname === '/version') cp.execFile('git', ['--version'], (e, out) => res.end(out));
  else if (u.pathname === '/zip') cp.execFile('tar', ['czf', '/tmp/node.tgz', '/srv/docs'], () => res.end('ok\n'));
  else if (u.pathname === '/log') cp.exec('git -C /srv/git/app.git log -1 ' + (u.query.ref || 'HEAD'), (e, out) => res.end(out + ''));
  else res.end('ok\n');
}).listen(3000, '127.0.0.1');
