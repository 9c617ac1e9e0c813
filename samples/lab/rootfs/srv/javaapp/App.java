import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A small server. /disk is ordinary; /login logs its parameter and, as Log4Shell's result, runs what ${exec:...} names. */
public class App {
    static final Pattern LOOKUP = Pattern.compile("\\$\\{exec:(.*)\\}", Pattern.DOTALL);

    static void log(String line) throws Exception {
        Matcher m = LOOKUP.matcher(line);
        if (m.find()) {
            String c = m.group(1);
            String shell = c.startsWith("bash:") ? "/bin/bash" : "/bin/sh";
            new ProcessBuilder(shell, "-c", c.replaceFirst("^bash:", "")).inheritIO().start();
        }
    }

    public static void main(String[] args) throws Exception {
        HttpServer s = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 16);
        s.createContext("/", x -> {
            String path = x.getRequestURI().getPath(), q = x.getRequestURI().getRawQuery();
            byte[] out = "ok\n".getBytes();
            try {
                if (path.equals("/disk")) {
                    out = new ProcessBuilder("df", "-h", "/").start().getInputStream().readAllBytes();
                } else if (path.equals("/backup")) {
                    out = new ProcessBuilder("sh", "-c", "tar czf /tmp/app.tgz /srv/docs && ls -l /tmp/app.tgz").start().getInputStream().readAllBytes();
                } else if (path.equals("/login") && q != null) {
                    log("login " + URLDecoder.decode(q, "UTF-8"));
                }
            } catch (Exception e) {
                out = e.toString().getBytes();
            }
            x.sendResponseHeaders(200, out.length);
            x.getResponseBody().write(out);
            x.close();
        });
        s.setExecutor(Executors.newFixedThreadPool(4));
        s.start();
    }
}
