#include "steppe/graph/factor_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "steppe/error.hpp"

using namespace steppe;

namespace {

std::shared_ptr<const PatternSet> some_patterns(std::size_t inputs = 12, std::size_t patterns = 5) {
    return std::make_shared<PatternSet>(random_patterns(inputs, patterns, 1));
}

/// A perceptron, part by part; a test leaves out or spoils one.
struct Parts {
    FactorGraph graph;
    std::shared_ptr<const PatternSet> patterns = some_patterns();
    Vertex weights = graph.add_plate({"w", VariableKind::IsingWeight, 12});
    Vertex sums = graph.add_plate({"z", VariableKind::Preactivation, 5});
    Vertex outputs = graph.add_plate({"tau", VariableKind::Output, 5});

    Parts& prior() { return graph.add_prior(ising_prior(), weights), *this; }
    Parts& wiring() { return graph.add_wiring({patterns, 0, 12}, weights, sums), *this; }
    Parts& channel() { return graph.add_channel(sign_channel(), sums, outputs), *this; }
    Parts& gate() { return graph.add_gate(imposed_gate(), {outputs}), *this; }
    Parts& all() { return prior().wiring().channel().gate(); }
};

std::string refusal(const FactorGraph& graph) {
    try {
        graph.check();
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

class RealPrior final : public SitePrior {
  public:
    std::string name() const override { return "real"; }
    VariableKind kind() const override { return VariableKind::RealWeight; }
    std::string refuse(std::size_t) const override { return ""; }
    void message(SiteFields, const Coupling&, MutableSiteFields) const override {}
    double log_partition(SiteFields, SiteFields, const Coupling&) const override { return 0; }
    FocusingOverlaps overlaps(SiteFields, const Coupling&) const override { return {}; }
};

}  // namespace

TEST_CASE("a perceptron and a committee pass, with their sizes") {
    CHECK(refusal(Parts().all().graph) == "accepted");
    const FactorGraph committee = build_graph({12, 3}, some_patterns());
    CHECK(refusal(committee) == "accepted");
    CHECK(committee.weight_count() == 36);
    CHECK(committee.edge_count() == 3 * 12 * 5);
    CHECK(committee.pattern_bytes() == some_patterns()->memory_bytes());
    REQUIRE(committee.weight_plates().size() == 3);
    CHECK(committee.weight_plates()[1].plate.name == "w2");
    CHECK(committee.weight_plates()[1].prior->name() == "ising");
    const auto groups = committee.row_groups();
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].rows == 5);
    CHECK(groups[0].gate->name() == "majority");
    REQUIRE(groups[0].units.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) CHECK(groups[0].units[k].weights == k);
    CHECK(build_graph({12, 1}, some_patterns()).row_groups()[0].gate->name() == "imposed");
}

TEST_CASE("parts may come in any order, and the sweep goes from the weights up") {
    Parts parts;
    parts.gate().channel().wiring().prior();
    CHECK(refusal(parts.graph) == "accepted");
    const FactorGraph committee = build_graph({12, 3}, some_patterns());
    for (const FactorGraph* graph :
         std::initializer_list<const FactorGraph*>{&parts.graph, &committee}) {
        const std::vector<Vertex> order = graph->sweep_order();
        CHECK(order.size() == graph->vertex_count());
        const auto place = [&](const std::string& name) {
            return std::find_if(order.begin(), order.end(),
                                [&](Vertex v) { return graph->vertex_name(v) == name; }) -
                   order.begin();
        };
        const std::string digit = graph == &committee ? "3" : "";
        const std::string gate = graph == &committee ? "majority" : "imposed";
        CHECK(place("ising") < place("w" + digit));
        CHECK(place("w" + digit) < place("z" + digit));
        CHECK(place("z" + digit) < place("tau" + digit));
        CHECK(place("tau" + digit) < place(gate));
    }
}

TEST_CASE("weights shared by two wirings, as in a graph with two sets of patterns") {
    FactorGraph graph;
    const auto a = some_patterns(12, 5), b = some_patterns(20, 3);
    const Vertex w = graph.add_plate({"w", VariableKind::IsingWeight, 12});
    graph.add_prior(ising_prior(), w);
    for (const auto& [name, set, first] :
         {std::tuple{std::string("a"), a, std::size_t{0}}, {"b", b, 8}}) {
        const Vertex z =
            graph.add_plate({"z" + name, VariableKind::Preactivation, set->patterns()});
        const Vertex tau = graph.add_plate({"tau" + name, VariableKind::Output, set->patterns()});
        graph.add_wiring({set, first, 12}, w, z);
        graph.add_channel(sign_channel(), z, tau);
        graph.add_gate(imposed_gate(), {tau});
    }
    CHECK(refusal(graph) == "accepted");
    CHECK(graph.row_groups().size() == 2);
    CHECK(graph.edge_count() == 12 * 8);
    CHECK(graph.pattern_bytes() == a->memory_bytes() + b->memory_bytes());
}

TEST_CASE("each rejected graph says which plate or factor, and why") {
    CHECK(refusal(FactorGraph()) == "the factor graph is empty");
    CHECK(refusal(Parts().wiring().channel().gate().graph) ==
          "plate 'w' (+-1 weights, size 12): it has 0 priors, and needs exactly one");
    CHECK(refusal(Parts().all().prior().graph) ==
          "plate 'w' (+-1 weights, size 12): it has 2 priors, and needs exactly one");
    CHECK(refusal(Parts().prior().channel().gate().graph) ==
          "plate 'w' (+-1 weights, size 12): it has 0 wirings, and needs at least one");
    CHECK(refusal(Parts().all().wiring().graph) ==
          "plate 'z' (pre-activations, size 5): it has 2 wirings, and needs exactly one");
    CHECK(refusal(Parts().prior().wiring().gate().graph) ==
          "plate 'z' (pre-activations, size 5): it has 0 channels, and needs exactly one");
    CHECK(refusal(Parts().prior().wiring().channel().graph) ==
          "plate 'tau' (outputs, size 5): it has 0 gates, and needs exactly one");
    CHECK(refusal(Parts().all().gate().graph) ==
          "plate 'tau' (outputs, size 5): it has 2 gates, and needs exactly one");

    const auto with = [](const std::function<void(Parts&)>& change) {
        Parts parts;
        parts.all();
        change(parts);
        return refusal(parts.graph);
    };
    CHECK(with([](Parts& p) {
              p.graph.add_plate({"", VariableKind::Output, 5});
          }) == "plate '' (outputs, size 5): it has no name; give every plate one of its own");
    CHECK(with([](Parts& p) {
              p.graph.add_plate({"w", VariableKind::Output, 5});
          }) ==
          "plate 'w' (outputs, size 5): another plate has this name; give every plate one of its "
          "own");
    CHECK(with([](Parts& p) {
              p.graph.add_plate({"extra", VariableKind::Output, 0});
          }) == "plate 'extra' (outputs, size 0): it is empty; a plate has at least one variable");
    CHECK(with([](Parts& p) { p.graph.add_prior(ising_prior(), p.outputs); }) ==
          "plate 'tau' (outputs, size 5): prior 'ising' cannot be below it");
    CHECK(with([](Parts& p) { p.graph.add_channel(sign_channel(), p.weights, p.outputs); }) ==
          "plate 'w' (+-1 weights, size 12): channel 'sign' cannot be above it");
    CHECK(with([](Parts& p) { p.graph.add_gate(imposed_gate(), {p.sums}); }) ==
          "plate 'z' (pre-activations, size 5): gate 'imposed' cannot be above it");
    CHECK(with([](Parts& p) {
              p.graph.add_wiring({p.patterns, 0, 12}, p.weights, p.outputs);
          }) == "plate 'tau' (outputs, size 5): wiring 'linear' cannot be below it");
    CHECK(with([](Parts& p) { p.graph.add_channel(sign_channel(), p.sums, p.weights); }) ==
          "plate 'w' (+-1 weights, size 12): channel 'sign' cannot be below it");
}

TEST_CASE("sizes that do not match") {
    Parts wide;
    wide.prior().channel().gate();
    wide.graph.add_wiring({some_patterns(20, 5), 4, 10}, wide.weights, wide.sums);
    CHECK(refusal(wide.graph) ==
          "plate 'w' (+-1 weights, size 12): wiring 'linear' needs 10 weights here");

    Parts tall;
    tall.prior().channel().gate();
    tall.graph.add_wiring({some_patterns(12, 6), 0, 12}, tall.weights, tall.sums);
    CHECK(refusal(tall.graph) ==
          "plate 'z' (pre-activations, size 5): wiring 'linear' needs 6 pre-activations here");

    Parts outside;
    outside.prior().channel().gate();
    outside.graph.add_wiring({some_patterns(15, 5), 4, 12}, outside.weights, outside.sums);
    CHECK(refusal(outside.graph) ==
          "wiring 'linear': it takes inputs 4 up to 16 of patterns that have 15");

    Parts outputs;
    outputs.prior().wiring();
    const Vertex longer = outputs.graph.add_plate({"longer", VariableKind::Output, 6});
    outputs.graph.add_channel(sign_channel(), outputs.sums, longer);
    outputs.graph.add_gate(imposed_gate(), {longer});
    outputs.graph.add_channel(sign_channel(), outputs.sums, outputs.outputs);
    CHECK(refusal(outputs.graph) ==
          "plate 'z' (pre-activations, size 5): it has 2 channels, and needs exactly one");

    FactorGraph channel;
    const Vertex w = channel.add_plate({"w", VariableKind::IsingWeight, 12});
    const Vertex z = channel.add_plate({"z", VariableKind::Preactivation, 5});
    const Vertex tau = channel.add_plate({"tau", VariableKind::Output, 6});
    channel.add_prior(ising_prior(), w);
    channel.add_wiring({some_patterns(), 0, 12}, w, z);
    channel.add_channel(sign_channel(), z, tau);
    channel.add_gate(imposed_gate(), {tau});
    CHECK(refusal(channel) ==
          "plate 'tau' (outputs, size 6): channel 'sign' brings 5 pre-activations");

    FactorGraph gate;
    std::vector<Vertex> taus;
    for (const std::size_t rows : {5, 4, 5}) {
        const std::string k = std::to_string(taus.size() + 1);
        const Vertex wk = gate.add_plate({"w" + k, VariableKind::IsingWeight, 12});
        const Vertex zk = gate.add_plate({"z" + k, VariableKind::Preactivation, rows});
        taus.push_back(gate.add_plate({"tau" + k, VariableKind::Output, rows}));
        gate.add_prior(ising_prior(), wk);
        gate.add_wiring({some_patterns(12, rows), 0, 12}, wk, zk);
        gate.add_channel(sign_channel(), zk, taus.back());
    }
    gate.add_gate(majority_gate(), taus);
    CHECK(refusal(gate) ==
          "plate 'tau2' (outputs, size 4): gate 'majority' joins it with plate 'tau1' of size 5");
}

TEST_CASE("priors and gates that do not fit") {
    Parts field;
    field.wiring().channel().gate();
    field.graph.add_prior(ising_prior({1.0, 2.0}), field.weights);
    CHECK(refusal(field.graph) ==
          "plate 'w' (+-1 weights, size 12): prior 'ising' does not fit: its external field has 2 "
          "entries for 12 weights");

    Parts real;
    real.wiring().channel().gate();
    real.graph.add_prior(std::make_shared<RealPrior>(), real.weights);
    CHECK(refusal(real.graph) ==
          "plate 'w' (+-1 weights, size 12): prior 'real' is for real weights");

    FactorGraph even;
    std::vector<Vertex> taus;
    for (const std::string k : {"1", "2"}) {
        const Vertex w = even.add_plate({"w" + k, VariableKind::IsingWeight, 12});
        const Vertex z = even.add_plate({"z" + k, VariableKind::Preactivation, 5});
        taus.push_back(even.add_plate({"tau" + k, VariableKind::Output, 5}));
        even.add_prior(ising_prior(), w);
        even.add_wiring({some_patterns(), 0, 12}, w, z);
        even.add_channel(sign_channel(), z, taus.back());
    }
    even.add_gate(majority_gate(), taus);
    CHECK(refusal(even) == "gate 'majority': a majority needs an odd number of units, not 2");
}

TEST_CASE("parts of another graph and null parts are refused at once") {
    FactorGraph graph;
    CHECK_THROWS_WITH_AS(graph.add_prior(ising_prior(), 3),
                         "add_prior: vertex 3 is not of this graph, which has 0", Error);
    Parts parts;
    CHECK_THROWS_AS(parts.graph.add_prior(nullptr, parts.weights), Error);
    CHECK_THROWS_AS(parts.graph.add_wiring({nullptr, 0, 12}, parts.weights, parts.sums), Error);
    const auto real = std::make_shared<const RealPatterns>(
        RealPatterns::from_values(12, 1, std::vector<float>(12, 0.5f)));
    const auto bits = std::make_shared<const PatternSet>(random_patterns(12, 1, 1));
    CHECK_THROWS_WITH_AS(
        parts.graph.add_wiring({bits, 0, 12, real}, parts.weights, parts.sums),
        "add_wiring: there are two pattern sets, of +-1 and of real inputs; give one", Error);
    CHECK_THROWS_AS(parts.graph.add_channel(nullptr, parts.sums, parts.outputs), Error);
    CHECK_THROWS_AS(parts.graph.add_gate(nullptr, {parts.outputs}), Error);
    CHECK_THROWS_AS(parts.graph.add_gate(majority_gate(), {}), Error);
    CHECK_THROWS_AS(parts.graph.vertex_name(99), Error);
}

TEST_CASE("a graph on real inputs knows its size, and counts violations by real sums") {
    const std::vector<float> values{0.5f, -2.0f, 0.25f, 1.0f, 1.0f, -3.0f};
    const auto real = std::make_shared<const RealPatterns>(RealPatterns::from_values(3, 2, values));
    const FactorGraph graph = build_graph({3, 1}, real);
    CHECK(graph.edge_count() == 6);
    CHECK(graph.pattern_bytes() == 24);
    CHECK_THROWS_AS(build_graph({4, 1}, real), Error);
    CHECK_THROWS_AS(build_graph({3, 1}, std::shared_ptr<const RealPatterns>()), Error);
    const auto violations = [&](signed char a, signed char b, signed char c) {
        return count_violations(graph,
                                Weights::from_signs(3, 1, std::vector<signed char>{a, b, c}));
    };
    CHECK(violations(1, 1, 1) == 2);    // -1.25 and -1
    CHECK(violations(1, -1, -1) == 0);  // 2.25 and 3
    CHECK(violations(-1, 1, -1) == 1);  // -2.75 and 3
}

TEST_CASE("a channel without what a solver needs is named") {
    class Silent final : public Channel {
      public:
        std::string name() const override { return "silent"; }
        ChannelAbilities abilities() const override { return {true, false, false}; }
    };
    Parts parts;
    parts.prior().wiring().gate();
    parts.graph.add_channel(std::make_shared<Silent>(), parts.sums, parts.outputs);
    CHECK(refusal(parts.graph) == "accepted");
    CHECK_NOTHROW(parts.graph.require({true, false, false}, "a test"));
    CHECK_THROWS_WITH_AS(parts.graph.require({true, true, false}, "a test"),
                         "channel 'silent': it does not give derivatives(), which a test needs",
                         Error);
    CHECK_THROWS_WITH_AS(parts.graph.require({false, false, true}, "a test"),
                         "channel 'silent': it does not give answer(), which a test needs", Error);
}

TEST_CASE("a copy is independent of its original") {
    Parts parts;
    parts.prior().wiring().channel();
    FactorGraph copy = parts.graph;
    parts.gate();
    CHECK(refusal(parts.graph) == "accepted");
    CHECK(refusal(copy) != "accepted");
    copy = parts.graph;
    CHECK(refusal(copy) == "accepted");
}

TEST_CASE("the picture names plates with their sizes and factors, and joins them") {
    const std::string dot = build_graph({12, 3}, some_patterns()).to_dot();
    CHECK(dot.find("digraph") == 0);
    CHECK(dot.find("label=\"w2\\n12 +-1 weights\"") != std::string::npos);
    CHECK(dot.find("label=\"tau3\\n5 outputs\"") != std::string::npos);
    CHECK(dot.find("majority gate") != std::string::npos);
    CHECK(std::count(dot.begin(), dot.end(), '>') == 3 * 6);
}

TEST_CASE("build_graph refuses what does not fit") {
    CHECK_THROWS_WITH_AS(build_graph({11, 1}, some_patterns()),
                         "the patterns have 12 inputs, the network 11", Error);
    CHECK_THROWS_WITH_AS(build_graph({12, 2}, some_patterns()),
                         "hidden is 2: a majority needs an odd number of units", Error);
    CHECK_THROWS_AS(build_graph({12, 1}, std::shared_ptr<const PatternSet>()), Error);
    CHECK_THROWS_WITH_AS(build_graph({12, 3}, some_patterns(), std::vector<double>(12)),
                         "the external field has 12 entries for 36 weights", Error);
    const auto labelled = std::make_shared<PatternSet>(
        PatternSet::from_signs(2, 1, std::vector<signed char>{1, 1}, std::vector<signed char>{-1}));
    CHECK_THROWS_AS(build_graph({2, 1}, labelled), Error);
}

TEST_CASE("a wiring finds its part of every pattern") {
    const std::size_t inputs = 70, first = 21, count = 40, rows = 19;
    const auto patterns = some_patterns(inputs, rows);
    const LinearWiring wiring{patterns, first, count};
    CHECK(wiring.offset() == 5);
    for (std::size_t a = 0; a < rows; ++a) {
        const std::uint16_t* const bits = wiring.bits(a);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t lane = wiring.offset() + i;
            const std::uint16_t word =
                bits[lane / PatternSet::word_bits * PatternSet::group_patterns];
            CHECK((word >> (lane % PatternSet::word_bits) & 1 ? 1 : -1) == wiring.input(a, i));
        }
    }
    const std::vector<signed char> signs = patterns->signs();
    const std::vector<float> values(signs.begin(), signs.end());
    const LinearWiring real{
        nullptr, first, count,
        std::make_shared<const RealPatterns>(RealPatterns::from_values(inputs, rows, values))};
    CHECK(real.offset() == 0);
    for (std::size_t a = 0; a < rows; ++a) {
        CHECK(static_cast<double>(real.real_inputs(a)[3]) == wiring.input(a, 3));
        CHECK(real.input(a, count - 1) == wiring.input(a, count - 1));
    }
}
