package draw

import (
	"cmp"
	"math"
	"slices"
)

// Distances, in pixels of the picture.
const (
	gapX       = 34.0 // between neighbours of one rank; less where only lines pass
	gapY       = 46.0 // between ranks
	dummyWidth = 18.0
	padding    = 16.0 // inside containers
	titleLine  = 22.0
	charWidth  = 7.3
	lineHeight = 17.0
)

// layout gives every box a place and every edge its points, from the inside out: the method of Sugiyama, with ranks
// by longest path, order by barycentre, and positions by isotonic regression against the neighbours' centres.
func (g *graph) layout() {
	for _, n := range g.nodes {
		n.size()
	}
	g.breakLoops()
	g.rankNodes()
	chains := g.split()
	ranks := g.order()
	place(ranks)
	for range 3 {
		align(ranks, chains)
	}
	g.bounds(ranks)
	g.route(chains)
	g.fitLabels()
}

func (n *box) size() {
	switch {
	case n.start || n.end:
		n.w, n.h = 20, 20
		return
	case len(n.inner) > 0:
		n.w, n.h = padding, 0
		for _, g := range n.inner {
			g.layout()
			n.w += g.w + padding
			n.h = max(n.h, g.h)
		}
		n.h += titleLine*float64(len(n.lines)) + 2*padding
	default:
		n.h = 14 + lineHeight*float64(len(n.lines))
		if n.note != "" {
			n.h += 14
		}
	}
	text := 0.0
	for _, l := range n.lines {
		text = max(text, charWidth*float64(len([]rune(l))))
	}
	n.w = max(n.w, text+36, 6.2*float64(len([]rune(n.note)))+28, 110)
}

// breakLoops turns around the edges that lead back to a state on the way to themselves.
func (g *graph) breakLoops() {
	state := map[*box]int{} // 1: on the way, 2: done
	var visit func(n *box)
	visit = func(n *box) {
		state[n] = 1
		for _, e := range slices.Clone(n.out) {
			switch {
			case e.to == n:
				e.back = true
			case state[e.to] == 1:
				e.back = true
			case state[e.to] == 0:
				visit(e.to)
			}
		}
		state[n] = 2
	}
	for _, n := range g.nodes {
		if state[n] == 0 {
			visit(n)
		}
	}
}

// ends are the edge's upper and lower box in the layout.
func (e *edge) ends() (upper, lower *box) {
	if e.back {
		return e.to, e.from
	}
	return e.from, e.to
}

func (g *graph) rankNodes() {
	below := map[*box][]*box{}
	degree := map[*box]int{}
	for _, e := range g.edges {
		if u, l := e.ends(); u != l {
			below[u] = append(below[u], l)
			degree[l]++
		}
	}
	var queue []*box
	for _, n := range g.nodes {
		if degree[n] == 0 {
			queue = append(queue, n)
		}
	}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, m := range below[n] {
			m.rank = max(m.rank, n.rank+1)
			if degree[m]--; degree[m] == 0 {
				queue = append(queue, m)
			}
		}
	}
	last := 0
	for _, n := range g.nodes {
		last = max(last, n.rank)
	}
	for _, n := range g.nodes {
		if n.end {
			n.rank = max(last, n.rank)
		}
	}
}

// A chain is an edge cut into pieces that each lead to the next rank.
type chain struct {
	edge  *edge
	boxes []*box
}

func (g *graph) split() []chain {
	var chains []chain
	for _, e := range g.edges {
		u, l := e.ends()
		if u == l {
			continue
		}
		c := chain{edge: e, boxes: []*box{u}}
		for r := u.rank + 1; r < l.rank; r++ {
			d := &box{dummy: true, rank: r, w: dummyWidth}
			g.nodes = append(g.nodes, d)
			c.boxes = append(c.boxes, d)
		}
		c.boxes = append(c.boxes, l)
		chains = append(chains, c)
	}
	for _, n := range g.nodes { // from here on in and out are between neighbouring ranks
		n.in, n.out = nil, nil
	}
	for _, c := range chains {
		for i := 1; i < len(c.boxes); i++ {
			link := &edge{from: c.boxes[i-1], to: c.boxes[i]}
			c.boxes[i-1].out = append(c.boxes[i-1].out, link)
			c.boxes[i].in = append(c.boxes[i].in, link)
		}
	}
	return chains
}

// order arranges each rank so that few edges cross.
func (g *graph) order() [][]*box {
	var ranks [][]*box
	seen := map[*box]bool{}
	var visit func(n *box)
	visit = func(n *box) {
		if seen[n] {
			return
		}
		seen[n] = true
		for len(ranks) <= n.rank {
			ranks = append(ranks, nil)
		}
		ranks[n.rank] = append(ranks[n.rank], n)
		for _, e := range n.out {
			visit(e.to)
		}
	}
	for _, n := range g.nodes {
		if len(n.in) == 0 {
			visit(n)
		}
	}
	number(ranks)
	best, fewest := snapshot(ranks), crossings(ranks)
	for i := range 16 {
		sweep(ranks, i%2 == 0)
		number(ranks)
		if c := crossings(ranks); c < fewest {
			best, fewest = snapshot(ranks), c
		}
	}
	number(best)
	return best
}

func snapshot(ranks [][]*box) [][]*box {
	c := make([][]*box, len(ranks))
	for i, r := range ranks {
		c[i] = slices.Clone(r)
	}
	return c
}

func number(ranks [][]*box) {
	for _, r := range ranks {
		for i, n := range r {
			n.order = i
		}
	}
}

func sweep(ranks [][]*box, down bool) {
	centre := func(n *box) float64 {
		links := n.out
		if down {
			links = n.in
		}
		if len(links) == 0 {
			return float64(n.order)
		}
		sum := 0.0
		for _, e := range links {
			if down {
				sum += float64(e.from.order)
			} else {
				sum += float64(e.to.order)
			}
		}
		return sum / float64(len(links))
	}
	for i := range ranks {
		r := ranks[i]
		if !down {
			r = ranks[len(ranks)-1-i]
		}
		key := map[*box]float64{}
		for _, n := range r {
			key[n] = centre(n)
		}
		slices.SortStableFunc(r, func(a, b *box) int { return cmp.Compare(key[a], key[b]) })
		for j, n := range r {
			n.order = j
		}
	}
}

func crossings(ranks [][]*box) int {
	total := 0
	for _, r := range ranks {
		var ends []int
		for _, n := range r {
			var own []int
			for _, e := range n.out {
				own = append(own, e.to.order)
			}
			slices.Sort(own)
			ends = append(ends, own...)
		}
		for i := range ends {
			for _, b := range ends[i+1:] {
				if ends[i] > b {
					total++
				}
			}
		}
	}
	return total
}

// place finds the x of every box: as near as possible to its neighbours, in order, without overlaps.
func place(ranks [][]*box) {
	for _, r := range ranks {
		x := 0.0
		for _, n := range r {
			n.x = x + n.w/2
			x += n.w + gapX // settle makes the distances exact
		}
	}
	var s settler
	rounds := 160
	if len(ranks) > 60 {
		rounds = 60
	}
	for i := range rounds {
		for k := range ranks {
			r := ranks[k]
			if i%2 == 1 {
				r = ranks[len(ranks)-1-k]
			}
			s.fit(len(r))
			for j, n := range r {
				s.want[j], s.weight[j] = pull(n, i)
			}
			s.settle(r)
		}
	}
}

// pull is where a box would like to be and how strongly. Straight long edges matter most.
func pull(n *box, round int) (x, weight float64) {
	sum, w := 0.0, 0.0
	add := func(m *box) {
		k := 3.0
		if n.dummy && m.dummy {
			k = 24
		} else if n.dummy || m.dummy {
			k = 1
		}
		sum += k * m.x
		w += k
	}
	if round%2 == 0 || round > 12 {
		for _, e := range n.in {
			add(e.from)
		}
	}
	if round%2 == 1 || round > 12 {
		for _, e := range n.out {
			add(e.to)
		}
	}
	if w == 0 {
		return n.x, 0.1
	}
	return sum / w, w
}

// A settler holds what one rank needs to settle, over and over again.
type settler struct {
	want, weight []float64
	shift        []float64 // what the distances before a box add up to
	pools        []pool
}

// A pool is a run of boxes that push against each other and so move as one.
type pool struct {
	sum, w float64
	n      int
}

func (s *settler) fit(n int) {
	s.want, s.weight = slices.Grow(s.want[:0], n)[:n], slices.Grow(s.weight[:0], n)[:n]
	s.shift = slices.Grow(s.shift[:0], n)[:n]
}

// settle moves the boxes of one rank to where they want to be, keeping order and distances: least squares by
// pooling adjacent violators.
func (s *settler) settle(r []*box) {
	s.shift[0] = 0
	for i := 1; i < len(r); i++ {
		s.shift[i] = s.shift[i-1] + distance(r[i-1], r[i])
	}
	pools := s.pools[:0]
	for i := range r {
		pools = append(pools, pool{(s.want[i] - s.shift[i]) * s.weight[i], s.weight[i], 1})
		for len(pools) > 1 {
			a, b := pools[len(pools)-2], pools[len(pools)-1]
			if a.sum/a.w <= b.sum/b.w {
				break
			}
			pools = append(pools[:len(pools)-2], pool{a.sum + b.sum, a.w + b.w, a.n + b.n})
		}
	}
	i := 0
	for _, p := range pools {
		for range p.n {
			r[i].x = p.sum/p.w + s.shift[i]
			i++
		}
	}
	s.pools = pools
}

// distance is how far apart the centres of two neighbours must be.
func distance(a, b *box) float64 {
	gap := gapX
	switch {
	case a.dummy && b.dummy:
		gap = 3
	case a.dummy || b.dummy:
		gap = 16
	}
	return (a.w+b.w)/2 + gap
}

// align makes long ways straight: the dummies of a chain take one x as far as their neighbours leave room for it.
func align(ranks [][]*box, chains []chain) {
	for _, c := range chains {
		bends := c.boxes[1 : len(c.boxes)-1]
		for len(bends) > 0 {
			low, high, sum, n := math.Inf(-1), math.Inf(1), 0.0, 0
			for _, d := range bends {
				l, h := room(ranks[d.rank], d)
				if max(l, low) > min(h, high) {
					break
				}
				low, high = max(l, low), min(h, high)
				sum += d.x
				n++
			}
			if n == 0 {
				break // two neighbours overlap by a rounding error
			}
			x := max(low, min(high, sum/float64(n)))
			for _, d := range bends[:n] {
				d.x = x
			}
			bends = bends[n:]
		}
	}
}

// room is where n may stand between its neighbours.
func room(r []*box, n *box) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if n.order > 0 {
		m := r[n.order-1]
		low = m.x + distance(m, n)
	}
	if n.order < len(r)-1 {
		m := r[n.order+1]
		high = m.x - distance(n, m)
	}
	return low, high
}

// bounds moves everything into the first quadrant, gives the ranks their heights and the graph its size.
func (g *graph) bounds(ranks [][]*box) {
	if len(ranks) == 0 {
		g.w, g.h = 40, 40
		return
	}
	left, right := ranks[0][0].x, ranks[0][0].x
	for _, r := range ranks {
		for _, n := range r {
			left, right = min(left, n.x-n.w/2), max(right, n.x+n.w/2)
		}
	}
	g.w = right - left
	if g.title != "" {
		g.w = max(g.w, charWidth*float64(len([]rune(g.title))))
	}
	left -= (g.w - (right - left)) / 2 // what is narrower than its title stands in the middle
	y := 0.0
	for _, r := range ranks {
		h := 0.0
		for _, n := range r {
			h = max(h, n.h)
		}
		for _, n := range r {
			n.x -= left
			n.y = y + h/2
			if n.dummy {
				n.h = h
			}
		}
		y += h + gapY
	}
	g.h = y - gapY
	if g.title != "" {
		g.offset = titleLine
		g.h += titleLine
	}
}

// route gives the edges their points, from the state they leave to the one they enter.
func (g *graph) route(chains []chain) {
	for _, c := range chains {
		first, last := c.boxes[0], c.boxes[len(c.boxes)-1]
		aside := 30 * float64(c.edge.twin)
		pts := []point{{port(first, c.boxes[1]) + aside, first.y + first.h/2}}
		for _, d := range c.boxes[1 : len(c.boxes)-1] {
			pts = append(pts, point{d.x, d.y - d.h/2}, point{d.x, d.y + d.h/2})
		}
		pts = append(pts, point{port(last, c.boxes[len(c.boxes)-2]) + aside, last.y - last.h/2})
		if c.edge.back {
			slices.Reverse(pts)
		}
		c.edge.points = straighten(pts)
	}
	for _, e := range g.edges {
		if e.from == e.to {
			n := e.from
			x, y := n.x+n.w/2, n.y
			e.points = []point{{x, y - 8}, {x + 24, y - 8}, {x + 24, y + 8}, {x, y + 8}}
		}
	}
}

// labelAt is the middle of an edge's label.
func (e *edge) labelAt() point {
	a, b := e.points[0], e.points[1]
	down := 1.0
	if b.y < a.y {
		down = -1
	}
	p := point{a.x + (b.x-a.x)*0.5, a.y + (b.y-a.y)*0.5}
	if len(e.points) > 2 || b.y-a.y > 80 {
		p = point{a.x + (b.x-a.x)*0.6, a.y + down*26}
	}
	p.y += 12 * (float64(e.row) - 0.5)
	return p
}

// fitLabels makes the graph wide enough for labels that stand out on its sides.
func (g *graph) fitLabels() {
	left, right := 0.0, g.w
	for _, e := range g.edges {
		if e.label != "" && len(e.points) > 1 {
			half := 3.1 * float64(len([]rune(e.label)))
			left, right = min(left, e.labelAt().x-half), max(right, e.labelAt().x+half)
		}
		for _, p := range e.points {
			left, right = min(left, p.x), max(right, p.x)
		}
	}
	g.w = right - left
	if left == 0 {
		return
	}
	for _, n := range g.nodes {
		n.x -= left
	}
	for _, e := range g.edges {
		for i := range e.points {
			e.points[i].x -= left
		}
	}
}

// straighten leaves out the bends of a way that are none.
func straighten(pts []point) []point {
	out := pts[:1]
	for i := 1; i < len(pts)-1; i++ {
		if a, b := out[len(out)-1], pts[i+1]; abs(a.x-pts[i].x) < 0.7 && abs(b.x-pts[i].x) < 0.7 {
			continue
		}
		out = append(out, pts[i])
	}
	return append(out, pts[len(pts)-1])
}

func abs(x float64) float64 { return max(x, -x) }

// port is the x at which an edge leaves or enters n: a little towards where it goes, so that edges do not lie on
// each other.
func port(n, towards *box) float64 {
	reach := n.w/2 - 16
	return n.x + max(-reach, min(reach, (towards.x-n.x)/4))
}
