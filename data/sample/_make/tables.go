package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// wineColumns and cellColumns are the names that the files' descriptions give their columns.
var wineColumns = "class,alcohol,malic_acid,ash,alcalinity_of_ash,magnesium,total_phenols,flavanoids,nonflavanoid_phenols,proanthocyanins,color_intensity,hue,od280_od315,proline"

func cellColumns() string {
	names := []string{"id", "diagnosis"}
	for _, of := range []string{"mean", "error", "worst"} {
		for _, what := range strings.Fields("radius texture perimeter area smoothness compactness concavity concave_points symmetry fractal_dimension") {
			names = append(names, what+"_"+of)
		}
	}
	return strings.Join(names, ",")
}

// tables writes the tables of folder tabular that need more than packing: a first line with the columns' names, or the one
// file of an archive.
func tables(dir string) error {
	for from, names := range map[string]string{"wine.data": wineColumns, "wdbc.data": cellColumns()} {
		b, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			return err
		}
		if err := write(strings.TrimSuffix(from, ".data")+".csv.gz", append([]byte(names+"\n"), b...)); err != nil {
			return err
		}
	}
	packed, err := os.ReadFile(filepath.Join(dir, "california-housing.tgz"))
	if err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	archive := tar.NewReader(z)
	if _, err := archive.Next(); err != nil {
		return fmt.Errorf("california-housing.tgz: %w", err)
	}
	b, err := io.ReadAll(archive)
	if err != nil {
		return err
	}
	return write("california.csv.gz", b)
}
