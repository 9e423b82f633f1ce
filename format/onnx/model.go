package onnx

// A Model is a graph with what is needed to understand it: ModelProto.
type Model struct {
	IRVersion       int64          `wire:"1"`
	ProducerName    string         `wire:"2"`
	ProducerVersion string         `wire:"3"`
	Domain          string         `wire:"4"`
	ModelVersion    int64          `wire:"5"`
	Doc             string         `wire:"6"`
	Graph           *Graph         `wire:"7"`
	Opsets          []*OperatorSet `wire:"8"`
	Metadata        []*Property    `wire:"14"`
	Functions       []*Function    `wire:"25"`
}

// An OperatorSet says which version of a domain's operators is meant. The domain of the standard is "".
type OperatorSet struct {
	Domain  string `wire:"1"`
	Version int64  `wire:"2"`
}

// A Property is a text with its name: StringStringEntryProto.
type Property struct {
	Key   string `wire:"1"`
	Value string `wire:"2"`
}

// A Graph is a list of nodes in an order in which they can be computed: GraphProto.
type Graph struct {
	Nodes              []*Node         `wire:"1"`
	Name               string          `wire:"2"`
	Initializers       []*Tensor       `wire:"5"`
	Doc                string          `wire:"10"`
	Inputs             []*ValueInfo    `wire:"11"`
	Outputs            []*ValueInfo    `wire:"12"`
	ValueInfo          []*ValueInfo    `wire:"13"`
	Annotations        []*Annotation   `wire:"14"`
	SparseInitializers []*SparseTensor `wire:"15"`
	Metadata           []*Property     `wire:"16"`
}

// An Annotation names the tensors that quantize another.
type Annotation struct {
	Tensor     string      `wire:"1"`
	Parameters []*Property `wire:"2"`
}

// A Node is one use of an operator: NodeProto. An input that is "" is absent.
type Node struct {
	Inputs     []string     `wire:"1"`
	Outputs    []string     `wire:"2"`
	Name       string       `wire:"3"`
	Op         string       `wire:"4"`
	Attributes []*Attribute `wire:"5"`
	Doc        string       `wire:"6"`
	Domain     string       `wire:"7"`
	Overload   string       `wire:"8"`
	Metadata   []*Property  `wire:"9"`
}

// A Function is an operator that is made of others: FunctionProto.
type Function struct {
	Name      string         `wire:"1"`
	Inputs    []string       `wire:"4"`
	Outputs   []string       `wire:"5"`
	Required  []string       `wire:"6"` // names of attributes without a default
	Nodes     []*Node        `wire:"7"`
	Doc       string         `wire:"8"`
	Opsets    []*OperatorSet `wire:"9"`
	Domain    string         `wire:"10"`
	Defaults  []*Attribute   `wire:"11"`
	ValueInfo []*ValueInfo   `wire:"12"`
	Overload  string         `wire:"13"`
	Metadata  []*Property    `wire:"14"`
}

// AttributeType says which field of an attribute counts.
type AttributeType int32

// The types of attributes.
const (
	AttributeFloat         AttributeType = 1
	AttributeInt           AttributeType = 2
	AttributeString        AttributeType = 3
	AttributeTensor        AttributeType = 4
	AttributeGraph         AttributeType = 5
	AttributeFloats        AttributeType = 6
	AttributeInts          AttributeType = 7
	AttributeStrings       AttributeType = 8
	AttributeTensors       AttributeType = 9
	AttributeGraphs        AttributeType = 10
	AttributeSparseTensor  AttributeType = 11
	AttributeSparseTensors AttributeType = 12
	AttributeTypeOf        AttributeType = 13
	AttributeTypesOf       AttributeType = 14
)

// An Attribute is a constant argument of a node: AttributeProto.
type Attribute struct {
	Name          string          `wire:"1"`
	Float         float32         `wire:"2"`
	Int           int64           `wire:"3"`
	String        []byte          `wire:"4"`
	Tensor        *Tensor         `wire:"5"`
	Graph         *Graph          `wire:"6"`
	Floats        []float32       `wire:"7"`
	Ints          []int64         `wire:"8"`
	Strings       [][]byte        `wire:"9"`
	Tensors       []*Tensor       `wire:"10"`
	Graphs        []*Graph        `wire:"11"`
	Doc           string          `wire:"13"`
	TypeOf        *Type           `wire:"14"`
	TypesOf       []*Type         `wire:"15"`
	Type          AttributeType   `wire:"20"`
	Ref           string          `wire:"21"` // in a function: the name of the attribute that it is given
	SparseTensor  *SparseTensor   `wire:"22"`
	SparseTensors []*SparseTensor `wire:"23"`
}

// Kind returns the type of the attribute; the oldest files do not say it, and there it follows from what is set.
func (a *Attribute) Kind() AttributeType {
	switch {
	case a.Type != 0:
		return a.Type
	case a.Tensor != nil:
		return AttributeTensor
	case a.Graph != nil:
		return AttributeGraph
	case a.String != nil:
		return AttributeString
	case len(a.Floats) > 0:
		return AttributeFloats
	case len(a.Ints) > 0:
		return AttributeInts
	case len(a.Strings) > 0:
		return AttributeStrings
	case a.Float != 0:
		return AttributeFloat
	}
	return AttributeInt
}
