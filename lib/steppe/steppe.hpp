#pragma once

/// The whole library. Programs that need one part include that part's header instead.

#include "steppe/data/pattern_file.hpp"
#include "steppe/data/pattern_set.hpp"
#include "steppe/data/real_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/approximate_message_passing.hpp"
#include "steppe/inference/belief_propagation.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/model/weights.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/solution_file.hpp"
#include "steppe/run/solve.hpp"
#include "steppe/schedule/focusing.hpp"
