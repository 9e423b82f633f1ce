package sample

import "github.com/jimu-ml/jimu/data/table"

// Iris returns 150 irises: four measures in centimetres, from sepal_length to petal_width, and the species, 50 of each.
func Iris() (*table.Table, error) { return csv("iris.csv", nil) }

// Cars returns 398 cars: mpg, the miles that they go on a US gallon, to be predicted from cylinders, displacement (cubic
// inches), horsepower, weight (pounds), acceleration (seconds from 0 to 60 mph), model_year (less 1900) and origin. The
// horsepower of six is missing; name is text.
func Cars() (*table.Table, error) {
	return csv("mpg.csv", map[string]table.Kind{"name": table.Text})
}

func csv(name string, kinds map[string]table.Kind) (*table.Table, error) {
	r, err := open(name + ".gz")
	if err != nil {
		return nil, err
	}
	return table.Read(r, name, table.Options{Separator: ',', Header: table.With, Kinds: kinds})
}
