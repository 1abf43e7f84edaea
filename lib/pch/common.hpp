// What nearly every source includes, compiled once. Sources include what they use all the same: one
// of the builds of CI goes without (-Db_pch=false).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
