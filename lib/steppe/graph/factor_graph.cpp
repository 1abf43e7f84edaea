#include "steppe/graph/factor_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/topological_sort.hpp>
#include <set>
#include <sstream>
#include <variant>

#include "steppe/error.hpp"

namespace steppe {

namespace {

/// What stands at a vertex: a plate or one of the four kinds of factors.
using Content = std::variant<VariablePlate, std::shared_ptr<const SitePrior>, LinearWiring,
                             std::shared_ptr<const Channel>, std::shared_ptr<const RowFactor>>;

struct VertexData {
    std::string name;
    Content content;
};

/// Edges point upward: prior -> weights -> wiring -> pre-activations -> channel -> outputs -> gate.
using Structure =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, VertexData>;
using StructureEdge = boost::graph_traits<Structure>::edge_descriptor;

const char* kind_name(VariableKind kind) {
    switch (kind) {
        case VariableKind::IsingWeight:
            return "+-1 weights";
        case VariableKind::RealWeight:
            return "real weights";
        case VariableKind::Preactivation:
            return "pre-activations";
        case VariableKind::Output:
            return "outputs";
    }
    return "?";
}

bool is_weight(VariableKind kind) {
    return kind == VariableKind::IsingWeight || kind == VariableKind::RealWeight;
}

/// Indices of the alternatives of Content.
enum ContentKind : std::size_t { IsPlate, IsPrior, IsWiring, IsChannel, IsGate };

const char* factor_kind(std::size_t content) {
    static const char* const names[] = {"plate", "prior", "wiring", "channel", "gate"};
    return names[content];
}

struct FindLoop : boost::default_dfs_visitor {
    explicit FindLoop(bool* found) : found_loop(found) {}
    void back_edge(const StructureEdge&, const Structure&) { *found_loop = true; }
    bool* found_loop;
};

}  // namespace

struct FactorGraph::Impl {
    Structure structure;

    const VertexData& at(Vertex v) const { return structure[v]; }
    const VariablePlate* plate(Vertex v) const { return std::get_if<IsPlate>(&at(v).content); }

    Vertex add(std::string name, Content content) {
        return boost::add_vertex(VertexData{std::move(name), std::move(content)}, structure);
    }

    void require_vertex(Vertex v, const char* where) const {
        if (v >= boost::num_vertices(structure)) {
            throw Error(fmt::format("{}: vertex {} is not of this graph, which has {}", where, v,
                                    boost::num_vertices(structure)));
        }
    }

    template <class Wanted>
    std::vector<Vertex> feeding(Vertex v, const Wanted& wanted) const {
        std::vector<Vertex> found;
        for (auto [e, end] = boost::in_edges(v, structure); e != end; ++e) {
            const Vertex source = boost::source(*e, structure);
            if (wanted(source)) found.push_back(source);
        }
        return found;
    }

    std::size_t count_fed(Vertex v, std::size_t content) const {
        std::size_t count = 0;
        for (auto [e, end] = boost::out_edges(v, structure); e != end; ++e) {
            count += at(boost::target(*e, structure)).content.index() == content;
        }
        return count;
    }

    std::size_t count_feeding(Vertex v, std::size_t content) const {
        return feeding(v, [&](Vertex s) { return at(s).content.index() == content; }).size();
    }

    [[noreturn]] void refuse(Vertex v, const std::string& why) const {
        const VertexData& data = at(v);
        if (const VariablePlate* p = plate(v)) {
            throw Error(fmt::format("plate '{}' ({}, size {}): {}", data.name, kind_name(p->kind),
                                    p->size, why));
        }
        throw Error(fmt::format("{} '{}': {}", factor_kind(data.content.index()), data.name, why));
    }

    void check_names() const;
    void check_edge(const StructureEdge& edge) const;
    void check_plate(Vertex v, const VariablePlate& plate) const;
    void check_factor(Vertex v) const;
};

void FactorGraph::Impl::check_names() const {
    std::set<std::string> seen;
    for (auto [v, end] = boost::vertices(structure); v != end; ++v) {
        if (!plate(*v)) continue;
        if (at(*v).name.empty()) refuse(*v, "it has no name; give every plate one of its own");
        if (!seen.insert(at(*v).name).second) {
            refuse(*v, "another plate has this name; give every plate one of its own");
        }
    }
}

void FactorGraph::Impl::check_edge(const StructureEdge& edge) const {
    const Vertex from = boost::source(edge, structure);
    const Vertex to = boost::target(edge, structure);
    const VariablePlate* below = plate(from);
    const VariablePlate* above = plate(to);
    const VariablePlate& p = below ? *below : *above;
    const Vertex plate_vertex = below ? from : to;
    const Vertex factor = below ? to : from;
    const std::size_t kind = at(factor).content.index();
    const bool fits = (kind == IsPrior && is_weight(p.kind)) ||
                      (kind == IsWiring && below && is_weight(p.kind)) ||
                      (kind == IsWiring && above && p.kind == VariableKind::Preactivation) ||
                      (kind == IsChannel && below && p.kind == VariableKind::Preactivation) ||
                      (kind == IsChannel && above && p.kind == VariableKind::Output) ||
                      (kind == IsGate && below && p.kind == VariableKind::Output);
    if (!fits) {
        refuse(plate_vertex, fmt::format("{} '{}' cannot be {} it", factor_kind(kind),
                                         at(factor).name, below ? "above" : "below"));
    }
    if (kind == IsWiring) {
        const LinearWiring& wiring = std::get<IsWiring>(at(factor).content);
        const std::size_t wanted = below ? wiring.inputs : wiring.rows();
        if (p.size != wanted) {
            refuse(plate_vertex, fmt::format("wiring '{}' needs {} {} here", at(factor).name,
                                             wanted, below ? "weights" : "pre-activations"));
        }
    }
}

void FactorGraph::Impl::check_plate(Vertex v, const VariablePlate& p) const {
    if (p.size == 0) refuse(v, "it is empty; a plate has at least one variable");
    const auto need = [&](std::size_t found, const char* what, bool exactly_one) {
        if (found == 0 || (exactly_one && found != 1)) {
            refuse(v,
                   fmt::format("it has {} {}{}, and needs {}", found, what, found == 1 ? "" : "s",
                               exactly_one ? "exactly one" : "at least one"));
        }
    };
    if (is_weight(p.kind)) {
        need(count_feeding(v, IsPrior), "prior", true);
        need(count_fed(v, IsWiring), "wiring", false);
    } else if (p.kind == VariableKind::Preactivation) {
        need(count_feeding(v, IsWiring), "wiring", true);
        need(count_fed(v, IsChannel), "channel", true);
    } else {
        need(count_feeding(v, IsChannel), "channel", true);
        need(count_fed(v, IsGate), "gate", true);
    }
}

void FactorGraph::Impl::check_factor(Vertex v) const {
    const auto plates_below = feeding(v, [&](Vertex s) { return plate(s) != nullptr; });
    switch (at(v).content.index()) {
        case IsPrior: {
            const auto& prior = std::get<IsPrior>(at(v).content);
            const Vertex weights = boost::target(*boost::out_edges(v, structure).first, structure);
            if (prior->kind() != plate(weights)->kind) {
                refuse(weights, fmt::format("prior '{}' is for {}", prior->name(),
                                            kind_name(prior->kind())));
            }
            const std::string why = prior->refuse(plate(weights)->size);
            if (!why.empty()) {
                refuse(weights, fmt::format("prior '{}' does not fit: {}", prior->name(), why));
            }
            break;
        }
        case IsWiring: {
            const LinearWiring& wiring = std::get<IsWiring>(at(v).content);
            const std::size_t last = wiring.first_input + wiring.inputs;
            if (wiring.inputs == 0 || last > wiring.columns()) {
                refuse(v, fmt::format("it takes inputs {} up to {} of patterns that have {}",
                                      wiring.first_input, last, wiring.columns()));
            }
            break;
        }
        case IsChannel: {
            const Vertex above = boost::target(*boost::out_edges(v, structure).first, structure);
            if (plate(above)->size != plate(plates_below[0])->size) {
                refuse(above, fmt::format("channel '{}' brings {} pre-activations", at(v).name,
                                          plate(plates_below[0])->size));
            }
            break;
        }
        case IsGate: {
            const auto& gate = std::get<IsGate>(at(v).content);
            for (const Vertex output : plates_below) {
                if (plate(output)->size != plate(plates_below[0])->size) {
                    refuse(output,
                           fmt::format("gate '{}' joins it with plate '{}' of size {}", at(v).name,
                                       at(plates_below[0]).name, plate(plates_below[0])->size));
                }
            }
            for (const std::string& why : {gate->refuse(plates_below.size()),
                                           gate->refuse_rows(plate(plates_below[0])->size)}) {
                if (!why.empty()) refuse(v, why);
            }
            break;
        }
        default:
            break;
    }
}

FactorGraph::FactorGraph() : impl_(std::make_unique<Impl>()) {}
FactorGraph::~FactorGraph() = default;
FactorGraph::FactorGraph(const FactorGraph& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
FactorGraph& FactorGraph::operator=(const FactorGraph& other) {
    *impl_ = *other.impl_;
    return *this;
}
FactorGraph::FactorGraph(FactorGraph&&) noexcept = default;
FactorGraph& FactorGraph::operator=(FactorGraph&&) noexcept = default;

Vertex FactorGraph::add_plate(VariablePlate plate) {
    std::string name = plate.name;
    return impl_->add(std::move(name), std::move(plate));
}

Vertex FactorGraph::add_prior(std::shared_ptr<const SitePrior> prior, Vertex weights) {
    impl_->require_vertex(weights, "add_prior");
    if (!prior) throw Error("add_prior: the prior is a null pointer");
    const std::string name = prior->name();
    const Vertex v = impl_->add(name, std::move(prior));
    boost::add_edge(v, weights, impl_->structure);
    return v;
}

Vertex FactorGraph::add_wiring(LinearWiring wiring, Vertex weights, Vertex preactivations) {
    impl_->require_vertex(weights, "add_wiring");
    impl_->require_vertex(preactivations, "add_wiring");
    if (!wiring.patterns && !wiring.real) {
        throw Error("add_wiring: the pattern set is a null pointer");
    }
    if (wiring.patterns && wiring.real) {
        throw Error("add_wiring: there are two pattern sets, of +-1 and of real inputs; give one");
    }
    const Vertex v = impl_->add("linear", std::move(wiring));
    boost::add_edge(weights, v, impl_->structure);
    boost::add_edge(v, preactivations, impl_->structure);
    return v;
}

Vertex FactorGraph::add_channel(std::shared_ptr<const Channel> channel, Vertex preactivations,
                                Vertex outputs) {
    impl_->require_vertex(preactivations, "add_channel");
    impl_->require_vertex(outputs, "add_channel");
    if (!channel) throw Error("add_channel: the channel is a null pointer");
    const std::string name = channel->name();
    const Vertex v = impl_->add(name, std::move(channel));
    boost::add_edge(preactivations, v, impl_->structure);
    boost::add_edge(v, outputs, impl_->structure);
    return v;
}

Vertex FactorGraph::add_gate(std::shared_ptr<const RowFactor> gate,
                             const std::vector<Vertex>& outputs) {
    for (const Vertex v : outputs) impl_->require_vertex(v, "add_gate");
    if (!gate) throw Error("add_gate: the gate is a null pointer");
    if (outputs.empty()) throw Error("add_gate: a gate joins at least one plate of outputs");
    const std::string name = gate->name();
    const Vertex v = impl_->add(name, std::move(gate));
    for (const Vertex output : outputs) boost::add_edge(output, v, impl_->structure);
    return v;
}

void FactorGraph::check() const {
    const Structure& structure = impl_->structure;
    if (boost::num_vertices(structure) == 0) throw Error("the factor graph is empty");
    impl_->check_names();

    // Plates only touch factors: two colours do, one of them the plates'.
    for (auto [e, end] = boost::edges(structure); e != end; ++e) {
        const bool from_plate = impl_->plate(boost::source(*e, structure)) != nullptr;
        const bool to_plate = impl_->plate(boost::target(*e, structure)) != nullptr;
        if (from_plate == to_plate) {
            impl_->refuse(
                boost::source(*e, structure),
                fmt::format("an edge joins it to '{}', and edges run between a plate and a "
                            "factor only",
                            impl_->at(boost::target(*e, structure)).name));
        }
        impl_->check_edge(*e);
    }
    bool loop = false;
    boost::depth_first_search(structure, boost::visitor(FindLoop(&loop)));
    if (loop) throw Error("the factor graph has a loop of plates: edges must run upward only");

    for (auto [v, end] = boost::vertices(structure); v != end; ++v) {
        if (const VariablePlate* p = impl_->plate(*v)) impl_->check_plate(*v, *p);
    }
    for (auto [v, end] = boost::vertices(structure); v != end; ++v) impl_->check_factor(*v);
}

void FactorGraph::require(const ChannelAbilities& needed, const std::string& user) const {
    for (auto [v, end] = boost::vertices(impl_->structure); v != end; ++v) {
        const auto* channel = std::get_if<IsChannel>(&impl_->at(*v).content);
        if (!channel) continue;
        const ChannelAbilities has = (*channel)->abilities();
        const char* lacks = needed.log_probability && !has.log_probability ? "log_probability"
                            : needed.derivatives && !has.derivatives       ? "derivatives"
                            : needed.answer && !has.answer                 ? "answer"
                                                                           : nullptr;
        if (lacks) {
            impl_->refuse(*v, fmt::format("it does not give {}(), which {} needs", lacks, user));
        }
    }
}

std::vector<Vertex> FactorGraph::sweep_order() const {
    std::vector<Vertex> order;
    try {
        boost::topological_sort(impl_->structure, std::back_inserter(order));
    } catch (const boost::not_a_dag&) {
        throw Error("the factor graph has a loop of plates: edges must run upward only");
    }
    std::reverse(order.begin(), order.end());
    return order;
}

std::vector<WeightPlate> FactorGraph::weight_plates() const {
    std::vector<WeightPlate> plates;
    for (auto [v, end] = boost::vertices(impl_->structure); v != end; ++v) {
        const VariablePlate* plate = impl_->plate(*v);
        if (!plate || !is_weight(plate->kind)) continue;
        WeightPlate entry{*plate, nullptr};
        for (const Vertex s : impl_->feeding(*v, [](Vertex) { return true; })) {
            if (const auto* prior = std::get_if<IsPrior>(&impl_->at(s).content)) {
                entry.prior = *prior;
            }
        }
        plates.push_back(std::move(entry));
    }
    return plates;
}

std::vector<RowGroup> FactorGraph::row_groups() const {
    check();
    std::vector<std::size_t> plate_index(vertex_count());
    std::size_t plates = 0;
    for (Vertex v = 0; v < vertex_count(); ++v) {
        const VariablePlate* plate = impl_->plate(v);
        if (plate && is_weight(plate->kind)) plate_index[v] = plates++;
    }
    const auto below = [&](Vertex v) {
        return impl_->feeding(v, [](Vertex) { return true; }).front();
    };
    std::vector<RowGroup> groups;
    for (const Vertex v : sweep_order()) {
        const auto* gate = std::get_if<IsGate>(&impl_->at(v).content);
        if (!gate) continue;
        RowGroup group{impl_->at(v).name, 0, *gate, {}};
        for (const Vertex output : impl_->feeding(v, [](Vertex) { return true; })) {
            const Vertex channel = below(output);
            const Vertex preactivations = below(channel);
            const Vertex wiring = below(preactivations);
            group.rows = impl_->plate(output)->size;
            group.units.push_back({plate_index[below(wiring)],
                                   std::get<IsWiring>(impl_->at(wiring).content),
                                   std::get<IsChannel>(impl_->at(channel).content)});
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

std::size_t FactorGraph::vertex_count() const {
    return boost::num_vertices(impl_->structure);
}

std::string FactorGraph::vertex_name(Vertex v) const {
    impl_->require_vertex(v, "vertex_name");
    return impl_->at(v).name;
}

std::size_t FactorGraph::weight_count() const {
    std::size_t count = 0;
    for (const WeightPlate& plate : weight_plates()) count += plate.plate.size;
    return count;
}

std::size_t FactorGraph::edge_count() const {
    std::size_t count = 0;
    for (auto [v, end] = boost::vertices(impl_->structure); v != end; ++v) {
        if (const auto* wiring = std::get_if<IsWiring>(&impl_->at(*v).content)) {
            count += wiring->inputs * wiring->rows();
        }
    }
    return count;
}

std::size_t FactorGraph::pattern_bytes() const {
    std::set<const void*> sets;
    std::size_t bytes = 0;
    for (auto [v, end] = boost::vertices(impl_->structure); v != end; ++v) {
        const auto* wiring = std::get_if<IsWiring>(&impl_->at(*v).content);
        if (!wiring) continue;
        if (wiring->real && sets.insert(wiring->real.get()).second) {
            bytes += wiring->real->memory_bytes();
        }
        if (wiring->patterns && sets.insert(wiring->patterns.get()).second) {
            bytes += wiring->patterns->memory_bytes();
        }
    }
    return bytes;
}

std::string FactorGraph::to_dot() const {
    std::ostringstream out;
    boost::write_graphviz(
        out, impl_->structure,
        [&](std::ostream& os, Vertex v) {
            const VertexData& data = impl_->at(v);
            if (const VariablePlate* plate = impl_->plate(v)) {
                os << fmt::format("[shape=ellipse, label=\"{}\\n{} {}\"]", data.name, plate->size,
                                  kind_name(plate->kind));
            } else {
                os << fmt::format("[shape=box, label=\"{} {}\"]", data.name,
                                  factor_kind(data.content.index()));
            }
        },
        boost::default_writer(), [](std::ostream& os) { os << "rankdir=BT;\n"; });
    return out.str();
}

}  // namespace steppe
