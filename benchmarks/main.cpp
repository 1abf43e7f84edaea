#include <benchmark/benchmark.h>

#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("instruction_set", steppe::simd_target_name());
    benchmark::AddCustomContext("thread_back_end", steppe::thread_back_end());
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
