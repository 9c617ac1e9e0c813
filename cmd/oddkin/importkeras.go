package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/report"
)

func newImportKeras(u *ui) *cobra.Command {
	var (
		out             output
		source, licence string
	)
	c := &cobra.Command{
		Use:   "import-keras MODEL.h5 TOKENIZER",
		Short: "Turn a published Keras classifier into a plain model file",
		Long: `Reads a classifier of process chains that Keras has saved (Embedding,
Bidirectional LSTM, LSTM, one sigmoid unit; HDF5), and its tokenizer: pickled, or as
tokenizer.to_json() writes it. Writes both as one model file of the kind "plain",
which 'oddkin classify' takes; the other commands refuse it and say so.

Nothing in the two files is run. The configuration is read as JSON, the pickle is
followed only as far as it builds plain values, and any other network, any class
but the tokenizer's and any word without a row in the network is refused. The same
files give the same model file, byte for byte.`,
		Example: `  oddkin model import-keras process_classifier_lstm.h5 tokenizer.pkl -o plain.safetensors
  oddkin model import-keras net.h5 tokenizer.json -o plain.safetensors --source https://example.org/net --licence MIT
  oddkin model show plain.safetensors`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if out.path == "" {
				return usage("-o FILE says where the model goes")
			}
			if err := out.guard(args); err != nil {
				return err
			}
			model, err := os.Open(args[0])
			if err != nil {
				return failed(err, "")
			}
			defer model.Close()
			tokenizer, err := os.Open(args[1])
			if err != nil {
				return failed(err, "")
			}
			defer tokenizer.Close()
			p, err := detect.ImportPlain(model, tokenizer)
			if err != nil {
				return failed(fmt.Errorf("cannot import %s with %s: %w", args[0], args[1], err), "")
			}
			p.Info.Source, p.Info.Licence = source, licence
			err = out.write(c.Context(), u, func(w io.Writer, _ report.Style) error { return p.Save(w) })
			if err != nil {
				return err
			}
			u.note("oddkin: a plain model that knows %d names and reads %d of a chain", p.Words(), p.Info.Length)
			return nil
		},
	}
	f := c.Flags()
	f.StringVarP(&out.path, "output", "o", "", "the model file to write (required)")
	f.BoolVar(&out.force, "force", false, "let -o replace a file that exists")
	f.StringVar(&source, "source", "", "where the model comes from, kept in the file")
	f.StringVar(&licence, "licence", "", "on what terms it may be used, kept in the file")
	return c
}
