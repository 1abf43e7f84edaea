#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace steppe {

/// Numbers of one kind with a name.
struct Record {
    std::string name;
    std::variant<std::vector<signed char>, std::vector<std::uint64_t>, std::vector<float>,
                 std::vector<double>>
        values;
};
using Records = std::vector<Record>;

/// Takes a state apart into records, or puts records back, by one and the same function of what has
/// the state (internal; not installed):
///     void Patience::state(Archive& archive) { archive("errors", errors_); archive("best", best_);
///     }
/// so that nothing can be saved and not restored. Records come back in the order in which they
/// went, to the last bit.
class Archive {
  public:
    enum class Way {
        Save,
        Resume,  ///< all of it
        Start    ///< all but positions: another run begins at this state
    };

    static Archive saving(Records& into) { return Archive(Way::Save, into); }
    /// Takes the numbers out of the records. Throws Error where a record is missing or of another
    /// kind.
    static Archive reading(Records& from, Way way = Way::Resume) { return Archive(way, from); }

    Way way() const { return way_; }
    bool reads() const { return way_ != Way::Save; }

    /// Numbers, enumerations, texts, vectors of these, what may not be there, and whatever has a
    /// state(Archive&), as a member or beside it.
    template <class T>
    void operator()(std::string_view name, T& value);
    /// What says how far a run is: a start leaves it as it is.
    template <class T>
    void position(std::string_view name, T& value) {
        T at = value;
        (*this)(name, at);
        if (way_ == Way::Resume) value = at;
    }
    /// Numbers of which the problem says how many there are; throws Error for others.
    template <class T>
    void sized(std::string_view name, std::vector<T>& values) {
        const std::size_t size = values.size();
        (*this)(name, values);
        if (values.size() != size) throw_unlike(name, values.size(), size);
    }
    /// Records have this before their names.
    template <class Work>
    void within(std::string_view name, const Work& work) {
        const std::size_t size = prefix_.size();
        prefix_.append(name).append(" ");
        work();
        prefix_.resize(size);
    }

    /// Large arrays, without a copy: they are moved out where they are saved.
    template <class Number>
    void move_numbers(std::string_view name, std::vector<Number>& values) {
        if (way_ == Way::Save) {
            records_.push_back({prefix_ + std::string(name), std::move(values)});
            return;
        }
        Record& next = record(name);
        auto* found = std::get_if<std::vector<Number>>(&next.values);
        if (!found) throw_missing(name);
        values = std::move(*found);
    }

  private:
    Archive(Way way, Records& records) : way_(way), records_(records) {}

    Record& record(std::string_view name);
    [[noreturn]] void throw_missing(std::string_view name) const;
    [[noreturn]] void throw_unlike(std::string_view name, std::size_t size,
                                   std::size_t wanted) const;

    template <class Stored, class Values>
    void convert(std::string_view name, Values& values) {
        std::vector<Stored> stored;
        if (way_ == Way::Save) {
            for (const auto& value : values) stored.push_back(static_cast<Stored>(value));
        }
        move_numbers(name, stored);
        if (way_ == Way::Save) return;
        values.clear();
        for (const Stored value : stored) {
            values.push_back(static_cast<typename Values::value_type>(value));
        }
    }
    template <class Stored, class T>
    void one(std::string_view name, T& value) {
        std::vector<Stored> stored;
        if (way_ == Way::Save) stored.push_back(static_cast<Stored>(value));
        move_numbers(name, stored);
        if (stored.size() != 1 && way_ != Way::Save) throw_missing(name);
        if (way_ != Way::Save) value = static_cast<T>(stored.front());
    }

    Way way_;
    Records& records_;
    std::string prefix_;
    std::size_t next_ = 0;
};

namespace archive_parts {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
concept HasState = requires(T& value, Archive& archive) {
    value.state(archive);
};

}  // namespace archive_parts

template <class T>
void Archive::operator()(std::string_view name, T& value) {
    using archive_parts::IsOptional, archive_parts::IsVector;
    if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>) {
        one<T>(name, value);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
        one<std::uint64_t>(name, value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        convert<signed char>(name, value);
    } else if constexpr (IsVector<T>::value) {
        using Number = typename T::value_type;
        if constexpr (std::is_same_v<Number, double> || std::is_same_v<Number, float> ||
                      std::is_same_v<Number, signed char> ||
                      std::is_same_v<Number, std::uint64_t>) {
            T numbers;
            if (way_ == Way::Save) numbers = value;
            move_numbers(name, numbers);
            if (way_ != Way::Save) value = std::move(numbers);
        } else if constexpr (sizeof(Number) == 1) {
            convert<signed char>(name, value);
        } else {
            convert<std::uint64_t>(name, value);
        }
    } else if constexpr (IsOptional<T>::value) {
        bool there = value.has_value();
        (*this)(std::string(name) + " is there", there);
        if (reads()) {
            value.reset();
            if (there) value.emplace();
        }
        if (there) (*this)(name, *value);
    } else {
        within(name, [&] {
            if constexpr (archive_parts::HasState<T>) {
                value.state(*this);
            } else {
                state(*this, value);
            }
        });
    }
}

}  // namespace steppe
