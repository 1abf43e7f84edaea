#include "steppe/data/label_list.hpp"

namespace steppe {

std::optional<std::string> LabelList::add(double label) {
    if (label != 1.0 && label != -1.0 && label != 0.0)
        return "labels must be +1 and -1, or 1 and 0";
    if (label < 0.0 && zero_)
        return "labels before it are 0, and they must be +1 and -1, or 1 and 0";
    if (label == 0.0 && minus_) {
        return "labels before it are -1, and they must be +1 and -1, or 1 and 0";
    }
    minus_ = minus_ || label < 0.0;
    zero_ = zero_ || label == 0.0;
    signs_.push_back(label > 0.0 ? 1 : -1);
    return {};
}

}  // namespace steppe
