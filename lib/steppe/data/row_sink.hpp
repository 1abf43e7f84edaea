#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "steppe/error.hpp"

/// Between readers of tables, which know formats and places, and those who want the rows (internal;
/// not installed).
namespace steppe {

/// Where a row stands in its file, for messages.
class RowPlace {
  public:
    RowPlace() = default;
    RowPlace(const RowPlace&) = delete;
    RowPlace& operator=(const RowPlace&) = delete;

    /// An error that names a number of the row, from 0, its place and its value.
    virtual Error refused(std::size_t column, const std::string& why) const = 0;
    /// An error that names the row.
    virtual Error refused(const std::string& why) const = 0;

  protected:
    ~RowPlace() = default;
};

/// Takes the rows of a table one after another, all of one length.
class RowSink {
  public:
    RowSink() = default;
    RowSink(const RowSink&) = delete;
    RowSink& operator=(const RowSink&) = delete;
    virtual ~RowSink() = default;

    /// What one number is, and what numbers are: "input", "+1 or -1".
    virtual const char* what() const = 0;
    virtual const char* allowed() const { return "numbers"; }

    /// What a file tells about its numbers before the first row.
    enum class Numbers { Any, Booleans, Bytes };
    virtual void numbers(Numbers) {}
    /// Names of the columns, before the first row.
    virtual void header(std::span<const std::string>) {}
    /// How many rows there will be, about: no promise.
    virtual void expect(std::size_t /*rows*/, std::size_t /*columns*/) {}
    /// What a list, an array of one dimension, is.
    enum class List { Refused, Column, Row };
    virtual List list() const { return List::Refused; }

    virtual void add(std::span<const signed char> signs, const RowPlace& place) = 0;
    virtual void add(std::span<const double> values, const RowPlace& place) = 0;
};

}  // namespace steppe
