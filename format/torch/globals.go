package torch

import (
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
)

// elements are the types of PyTorch's storages and tensors, by the names of its dtypes. Those of no element are known, but
// cannot be read into a tensor.
var elements = map[string]format.Element{
	"float32": format.Plain(device.Float32), "float64": format.Plain(device.Float64),
	"float16": format.Plain(device.Float16), "bfloat16": format.Plain(device.BFloat16),
	"int64": format.Plain(device.Int64), "int32": format.Plain(device.Int32),
	"uint8": format.Plain(device.Uint8), "bool": format.Plain(device.Bool),
	"int16": format.Int16, "int8": format.Int8,
	"uint16": format.Uint16, "uint32": format.Uint32, "uint64": format.Uint64,
	"float8_e4m3fn": format.Float8, "float8_e5m2": format.Float8W, "float8_e8m0fnu": format.Scale8,
	"complex64": {Name: "complex64", Bytes: 8}, "complex128": {Name: "complex128", Bytes: 16}, "complex32": {Name: "complex32", Bytes: 4},
}

// storages are the dtypes of the classes of storages.
var storages = map[string]string{
	"FloatStorage": "float32", "DoubleStorage": "float64", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
	"LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
	"ByteStorage": "uint8", "BoolStorage": "bool",
	"ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128",
	"UntypedStorage": "uint8", // counted in bytes
}

// elementOf returns the type that a class of storages, or a dtype, stands for.
func elementOf(v any) (format.Element, bool) {
	g, ok := v.(global)
	if !ok || g.module != "torch" && g.module != "torch.cuda" && g.module != "torch.storage" {
		return format.Element{}, false
	}
	if e, ok := elements[g.name]; ok {
		return e, true
	}
	e, ok := elements[storages[g.name]]
	return e, ok
}

// A function is what a call in a pickle comes to: data of data.
type function func(m *machine, args []any) (any, error)

// functions is the closed table of what a pickle may call. Nothing else is ever called, and these are written here: the
// functions of those names in Python do not run.
var functions map[string]function

func init() {
	functions = map[string]function{
		"torch._utils._rebuild_tensor":               rebuildTensor,
		"torch._utils._rebuild_tensor_v2":            rebuildTensor,
		"torch._utils._rebuild_tensor_v3":            rebuildTensor,
		"torch._utils._rebuild_parameter":            first,
		"torch._utils._rebuild_parameter_with_state": first,
		"torch.nn.parameter.Parameter":               first,
		"torch.nn.parameter.Buffer":                  first,
		"torch._tensor._rebuild_from_type_v2":        rebuildFromType,
		"torch.Size":                                 first,
		"torch.device":                               inert("torch.device"),
		"torch.serialization._get_layout":            inert("torch.layout"),
		"torch.jit._pickle.build_intlist":            first,
		"torch.jit._pickle.build_doublelist":         first,
		"torch.jit._pickle.build_boollist":           first,
		"torch.jit._pickle.build_tensorlist":         first,
		"torch.jit._pickle.restore_type_tag":         first,
		"collections.OrderedDict":                    newDict,
		"collections.defaultdict":                    func(*machine, []any) (any, error) { return &dict{}, nil },
		"collections.Counter":                        newDict,
		"collections.deque":                          newList,
		"_codecs.encode":                             encode,
		"functools.partial":                          inert("functools.partial"),
		"uuid.UUID":                                  inert("uuid.UUID"),
		"decimal.Decimal":                            inert("decimal.Decimal"),
	}
	for _, name := range []string{"set", "frozenset", "list", "tuple"} {
		functions["builtins."+name], functions["__builtin__."+name] = newList, newList
	}
	for _, name := range []string{"complex", "slice", "range"} {
		functions["builtins."+name], functions["__builtin__."+name] = inert(name), inert(name)
	}
	functions["builtins.bytearray"], functions["__builtin__.bytearray"] = encode, encode
	for _, name := range []string{"PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath", "Path"} {
		functions["pathlib."+name], functions["pathlib._local."+name] = inert("pathlib."+name), inert("pathlib."+name)
	}
	for _, name := range []string{"datetime", "date", "time", "timedelta", "timezone"} {
		functions["datetime."+name] = inert("datetime." + name)
	}
	for _, module := range []string{"copyreg", "copy_reg"} {
		functions[module+"._reconstructor"] = reconstructor
	}
	for _, core := range []string{"numpy.core", "numpy._core"} {
		functions[core+".multiarray._reconstruct"] = func(*machine, []any) (any, error) { return &array{}, nil }
		functions[core+".multiarray.scalar"] = scalar
		functions[core+".numeric._frombuffer"] = fromBuffer
	}
	functions["numpy.dtype"] = newDescr
}

// global reads the name of a module and one in it. It stays a name.
func (m *machine) global() error {
	module, err := m.line()
	if err != nil {
		return err
	}
	name, err := m.line()
	m.push(global{module, name})
	return err
}

func (m *machine) stackGlobal() error {
	v, err := m.pop(2)
	if err != nil {
		return err
	}
	module, ok := v[0].(string)
	name, ok2 := v[1].(string)
	if !ok || !ok2 {
		return m.errorf("a name in a module is no text")
	}
	m.push(global{module, name})
	return nil
}

// reduce is a call.
func (m *machine) reduce() error {
	v, err := m.pop(2)
	if err != nil {
		return err
	}
	args, ok := v[1].(tuple)
	if !ok {
		return m.errorf("the arguments of a call are no tuple")
	}
	y, err := m.call(v[0], args)
	if err != nil {
		return err
	}
	m.push(y)
	return nil
}

func (m *machine) call(f any, args []any) (any, error) {
	g, ok := f.(global)
	if !ok {
		return nil, m.errorf("it calls what is no function")
	}
	known := functions[g.String()]
	if known == nil {
		return nil, m.errorf("it calls %s, which is not among the functions that make plain data; nothing was run", g)
	}
	return known(m, args)
}

// build gives the value on the stack its attributes.
func (m *machine) build() error {
	v, err := m.pop(2)
	if err != nil {
		return err
	}
	switch x := v[0].(type) {
	case *object:
		x.state = v[1]
	case *dict:
		x.attributes = v[1]
	case *array:
		err = m.fillArray(x, v[1])
	case *descr:
		err = m.fillDescr(x, v[1])
	case *strided, *list, tuple: // attributes of a tensor or list do not matter
	default:
		err = m.errorf("attributes are given to what has none")
	}
	m.push(v[0])
	return err
}

// instance makes an object of a class with the arguments of its constructor, which does not run; with n = 3 there are
// arguments by name.
func (m *machine) instance(n int) error {
	v, err := m.pop(n)
	if err != nil {
		return err
	}
	args, ok := v[1].(tuple)
	if !ok {
		return m.errorf("the arguments of a constructor are no tuple")
	}
	return m.newObject(v[0], args)
}

// inst and obj are how Python 2 made objects of some classes: a call, and so one of the table.
func (m *machine) inst() error {
	if err := m.global(); err != nil {
		return err
	}
	f, err := m.pop(1)
	if err != nil {
		return err
	}
	args, err := m.popMark()
	if err != nil {
		return err
	}
	m.push(f[0])
	m.push(tuple(args))
	return m.reduce()
}

func (m *machine) obj() error {
	v, err := m.popMark()
	if err != nil {
		return err
	}
	if len(v) == 0 {
		return m.errorf("an object of no class")
	}
	m.push(v[0])
	m.push(tuple(v[1:]))
	return m.reduce()
}

func (m *machine) newObject(class any, args []any) error {
	g, ok := class.(global)
	if !ok {
		return m.errorf("an object of what is no class")
	}
	switch {
	case functions[g.String()] != nil && !strings.HasPrefix(g.module, "copy"):
		y, err := functions[g.String()](m, args)
		m.push(y)
		return err
	case g.module == "numpy" && g.name == "ndarray":
		m.push(&array{})
	default:
		m.push(&object{class: g, args: args})
	}
	return nil
}

// persistent replaces an id by what it stands for: a storage in the file or, in very old ones, a class with its source.
func (m *machine) persistent() error {
	v, err := m.pop(1)
	if err != nil {
		return err
	}
	if id, ok := v[0].(tuple); ok && len(id) > 1 && id[0] == "module" {
		m.push(id[1])
		return nil
	}
	if m.find == nil {
		return m.errorf("it refers to a storage, and has none")
	}
	y, err := m.find(v[0])
	if err != nil {
		return m.errorf("%w", err)
	}
	m.push(y)
	return nil
}
