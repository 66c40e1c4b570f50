package jsonata

// A Kind says what a Node is.
type Kind uint8

// The kinds of nodes of a syntax tree, as the reference implementation has them.
const (
	StringNode     Kind = iota + 1 // a string literal: Text
	NumberNode                     // a number literal: Number, and its spelling in Text
	ConstantNode                   // true, false or null: Text
	NameNode                       // a step that selects members: Text. It stands in a path only.
	VariableNode                   // $name: Text without the $; "" is the context, "$" the root
	WildcardNode                   // *
	DescendantNode                 // **
	ParentNode                     // %: Slot
	RegexNode                      // /pattern/flags: Text is the pattern, Flags the flags
	PathNode                       // steps with dots between them: Steps
	SortNode                       // ^(…), a step: Terms
	NegateNode                     // -x: Left
	ArrayNode                      // […]: Items
	ObjectNode                     // {…}: Pairs
	BinaryNode                     // Left Operator Right: + - * / % = != < <= > >= & and or in ..
	ApplyNode                      // Left ~> Right
	BindNode                       // Left := Right; Left is a variable
	CallNode                       // Left(Items…)
	PartialNode                    // Left(Items…) with placeholders
	HoleNode                       // the ? of a partial application
	LambdaNode                     // function(Items…)<signature>{Right}
	ConditionNode                  // Left ? Right : Else; Else may be nil
	TransformNode                  // |Left|Right,Else|; Else may be nil
	BlockNode                      // (Items…)
)

// A Node is one node of a syntax tree. Which of its parts are used depends on its Kind; the last group can be on
// several kinds.
type Node struct {
	Kind Kind
	// Start and End are byte offsets into the source: of the first byte of the node's own token (an operator's, for a
	// binary node), and after its last one. The reference's position of a token is its End.
	Start, End int

	Text      string
	Number    float64
	Flags     string
	Operator  string
	Left      *Node
	Right     *Node
	Else      *Node
	Items     []*Node
	Pairs     []Pair
	Terms     []Term
	Steps     []*Node
	Signature *Signature
	Slot      *Slot

	// Stages are what filters or numbers what a step gives for one item; Predicates are the filters of an expression
	// that is no step of a path, or the first one.
	Stages, Predicates []Stage
	// Group is the {…} after a path or another expression.
	Group *Group
	// Focus and Index are the variables that a step binds with @ and #.
	Focus, Index string
	// Ancestor is set on a step whose input a % further on means.
	Ancestor *Slot
	// KeepArray is set by [] after a node: one result stays a list of one. KeepSingleton says so of a path of which one
	// step is followed by [].
	KeepArray, KeepSingleton bool
	// Tuple is set on steps that must remember where they come from, for %, @ and #.
	Tuple bool
	// Constructor is set on array constructors that are the first or the last step of a path, and on blocks with one:
	// what they give is not poured out.
	Constructor bool
	// Thunk is set on the parameterless lambda that a call in tail position becomes.
	Thunk bool

	seeking []*Slot
	checked int // how many steps of a path have been looked at
}

// A Pair is a key and a value of an object constructor.
type Pair struct{ Key, Value *Node }

// A Term is one criterion of an order-by.
type Term struct {
	Descending bool
	By         *Node
}

// A Stage is a filter [Filter], or a #Index that comes after one.
type Stage struct {
	Filter     *Node
	Index      string
	Start, End int
}

// A Group is the group-by after a step.
type Group struct {
	Pairs      []Pair
	Start, End int
}

// A Slot connects a % with the step that it means. Nodes with one Label have one slot.
type Slot struct {
	Label int
	level int
	index int
}
