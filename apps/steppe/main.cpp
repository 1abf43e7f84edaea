#include <iostream>

#include "command_line.hpp"

int main(int argc, char** argv) {
    return steppe::cli::run({argv + 1, argv + argc}, std::cout, std::cerr);
}
