// Package all makes the data sets, objectives and recipes of every application known to package recipe.
//
// One import adds an application.
package all

import (
	_ "github.com/jimu-ml/jimu/recipe/detection"
	_ "github.com/jimu-ml/jimu/recipe/drawing"
	_ "github.com/jimu-ml/jimu/recipe/language"
	_ "github.com/jimu-ml/jimu/recipe/manytasks"
	_ "github.com/jimu-ml/jimu/recipe/music"
	_ "github.com/jimu-ml/jimu/recipe/questions"
	_ "github.com/jimu-ml/jimu/recipe/series"
	_ "github.com/jimu-ml/jimu/recipe/speech"
	_ "github.com/jimu-ml/jimu/recipe/summary"
	_ "github.com/jimu-ml/jimu/recipe/texts"
	_ "github.com/jimu-ml/jimu/recipe/translation"
	_ "github.com/jimu-ml/jimu/recipe/video"
)
