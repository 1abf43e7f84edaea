#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

/// Eigenvalues of a symmetric matrix that is only multiplied with (internal; not installed).
namespace steppe {

/// The matrix times each column.
using SymmetricProduct = std::function<Eigen::MatrixXd(const Eigen::Ref<const Eigen::MatrixXd>&)>;

/// A spectrum as some eigenvalues and what each counts for; weights sum to 1.
struct SpectralNodes {
    std::vector<double> values, weights;
};

/// Nodes of each random probe (Golub and Meurant; Lin, Saad and Yang, SIAM Review 58:34, 2016): a
/// normal vector, `steps` steps of Lanczos with full reorthogonalisation, and the eigenvalues of
/// the tridiagonal matrix with the squared first components of its eigenvectors. Means over the
/// nodes of a polynomial of degree 2 steps - 1 or less are v.p(A)v of the probe. Fewer steps where
/// the Krylov space ends. Probes are multiplied together. after_step is called after each step of
/// some probes with the part that is done.
std::vector<SpectralNodes> lanczos_quadrature(const SymmetricProduct& product, std::size_t size,
                                              std::size_t probes, std::size_t steps,
                                              std::uint64_t seed,
                                              const std::function<void(double done)>& after_step);

enum class SpectrumEnd { Largest, Smallest };

struct EndValues {
    std::vector<double> values;  ///< from the end inwards; those that converged
    bool converged = false;      ///< all of them
};

/// `count` eigenvalues at an end by implicitly restarted Lanczos (Spectra), 1 <= count < size.
/// The spectrum reaches from about lowest to about highest (all eigenvalues are equal where these
/// are), for instance the ends of a quadrature's nodes: residuals are below a millionth of that
/// width, errors of eigenvalues never above it and mostly of the order of its square. after_product
/// is called after each product with their number, at most most_end_products(count).
EndValues end_values(const SymmetricProduct& product, std::size_t size, SpectrumEnd end,
                     std::size_t count, double lowest, double highest, std::uint64_t seed,
                     const std::function<void(std::size_t products)>& after_product);
std::size_t most_end_products(std::size_t count);

}  // namespace steppe
