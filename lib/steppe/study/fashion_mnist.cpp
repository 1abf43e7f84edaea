#include <fmt/format.h>

#include <filesystem>

#include "steppe/data/images.hpp"
#include "steppe/error.hpp"
#include "steppe/study/studies.hpp"

namespace steppe::studies {

namespace {

constexpr std::size_t images_of_set = 500;
/// Dress and coat.
constexpr std::uint8_t positive = 3, negative = 4;

Network network() {
    Network network;
    network.inputs = 784;
    network.hidden = 9;
    network.weights = WeightKind::Spherical;
    return network;
}

std::vector<Arm> arms() {
    std::vector<Arm> all{
        to_the_end("fEP, end", network(), "ep"),
        {"fEP, first", network(), {{"solver", "ep"}}, first_zero},
        {"fBP, first", network(), {{"solver", "bp"}}, first_zero},
        {"eLAL", network(), {{"solver", "elal"}}, first_zero},
        {"LAL", network(), {{"solver", "lal"}}, first_zero},
    };
    for (Arm& arm : gradient_arms(network())) all.push_back(std::move(arm));
    return all;
}

/// Training and test images, read once.
struct ImageFiles {
    Images train, test;
};

std::shared_ptr<const ImageFiles> read(const std::string& folder) {
    const std::string train = folder + "/train-images-idx3-ubyte.gz";
    if (!std::filesystem::exists(train)) {
        throw Error(fmt::format(
            "there are no images in {}: install Debian's package dataset-fashion-mnist, or name "
            "the folder of its four .gz files with --data",
            folder));
    }
    return std::make_shared<const ImageFiles>(ImageFiles{
        read_images(train, folder + "/train-labels-idx1-ubyte.gz"),
        read_images(folder + "/t10k-images-idx3-ubyte.gz", folder + "/t10k-labels-idx1-ubyte.gz")});
}

StudyProblem problem_of(const ImageFiles& files, std::uint64_t set) {
    const auto patterns = [](const Images& images, const ImageChoice& choice) {
        return std::make_shared<const PatternSet>(
            binarised_images(images, choose_images(images, choice), choice));
    };
    return {patterns(files.train, {positive, negative, images_of_set, set}),
            patterns(files.test, {positive, negative})};
}

}  // namespace

Study fashion_mnist(const std::string& data) {
    Study study;
    study.title = "Images: do wide minima generalise?";
    study.question =
        "500 Fashion-MNIST images of dresses and coats, a pixel +1 where it is above the median of "
        "its image, in a committee of nine units that see all pixels; 2000 test images. Do the "
        "algorithms that end in wider minima generalise better, and does a solution that lies in a "
        "wider minimum do so within one training set?";
    const auto files = std::make_shared<std::shared_ptr<const ImageFiles>>();
    study.problem = [files, data](std::uint64_t set) {
        if (!*files) *files = read(data);
        return problem_of(**files, set);
    };
    study.arms = arms();
    study.measures = {"flatness", "local-entropy", "hessian", "sharpness"};
    // Images have a mean that noise of the weights averages out: much of it is needed.
    for (int i = 1; i <= 20; ++i) study.how.noise_sizes.push_back(0.25 * i);
    study.how.fields = {1.0, 2.0, 4.0, 8.0};
    study.quantities = flatness_quantities({0.5, 1.0, 2.0});
    append(study.quantities, entropy_quantities({0.04, 0.08}));
    append(study.quantities, loss_quantities());
    study.claims = {
        {"fEP is flatter than LAL", 1, "fEP, end", "LAL"},
        {"eLAL is flatter than LAL", 1, "eLAL", "LAL"},
        {"Slow SGD is flatter than fast SGD", 1, "SGD slow", "SGD fast"},
        {"fEP is flatter than fast SGD", 1, "fEP, end", "SGD fast"},
    };
    const std::size_t test = study.quantities.size();
    study.quantities.push_back({"test error", "", "test_error"});
    for (const char* wide : {"fEP, end", "fEP, first", "fBP, first", "eLAL", "SGD slow"}) {
        study.claims.push_back(
            {fmt::format("{} generalises better than LAL", wide), test, wide, "LAL"});
    }
    study.claims.push_back(
        {"Slow SGD generalises better than fast SGD", test, "SGD slow", "SGD fast"});
    study.poor = {"LAL", "SGD fast"};
    return study;
}

}  // namespace steppe::studies
