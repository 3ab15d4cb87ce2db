using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Shrinks parameters towards the span of output gradients: θ ← θ - a (θ - Pθ), the solution of
/// min ‖θ+Δ‖² + λ‖Δ‖² subject to Δ ⟂ ∇f(θ, x) for all x, with a = 1 / (1 + λ).
/// </summary>
/// <remarks>
/// <para>Pθ = G K⁺ Gᵀθ with K = GᵀG, accumulated in double precision block by block; no matrix of parameters × parameters and
/// no orthonormal copy of G are made. Directions whose eigenvalue is below a share of the largest are left out: they hold
/// rounding only, and a plain QR decomposition would protect them.</para>
/// <para>Memory: outputs × parameters numbers in the parameters' type, or <see cref="MemoryLimit"/> where that is less: the
/// parameters are then cut into segments, the gradients of each are asked for, used and dropped, and Pθ is summed in one more
/// pass over the outputs.</para>
/// </remarks>
public sealed class OutputProjection
{
    /// <summary>The usual <see cref="Cut"/>: 1e-10.</summary>
    public const double UsualCut = 1e-10;

    // Columns taken to double precision at once: 4096 columns of 512 rows are 16 MB.
    private const long BlockNumbers = 1 << 21;

    private readonly double _cut = UsualCut;
    private readonly long _memoryLimit = long.MaxValue;

    /// <summary>Eigenvalues of the Gram matrix below this share of the largest count as zero. Range: 0 to below 1. Default: 1e-10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double Cut
    {
        get => _cut;
        init => _cut = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The cut is a share: 0 or above and below 1.");
    }

    /// <summary>The most bytes of gradients held at once. Range: 1 or above. Default: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MemoryLimit
    {
        get => _memoryLimit;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _memoryLimit = value;
        }
    }

    /// <summary>Shrinks the parameters.</summary>
    /// <param name="parameters">What θ consists of; parameters left out keep their values and are held constant.</param>
    /// <param name="examples">How many examples there are; at least 1.</param>
    /// <param name="outputs">
    /// The outputs of one example, a tensor of one number or of a few (one a head), with the graph; the same numbers each time
    /// it is asked.
    /// </param>
    /// <param name="strength">a. Range: 0 to 1.</param>
    /// <returns>Ranks and norms.</returns>
    /// <exception cref="ArgumentException">There is no parameter or no example.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The strength is out of range.</exception>
    /// <exception cref="NonFiniteException">A gradient is not finite; the parameters are as they were.</exception>
    public ProjectionOutcome Shrink(
        IReadOnlyList<Parameter> parameters, int examples, Func<int, Tensor> outputs, double strength)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        ProjectionStrength.Check(strength);
        if (parameters.Count == 0)
        {
            throw new ArgumentException("There is no parameter to project; exclude fewer of them.", nameof(parameters));
        }

        using var scope = new TensorScope();
        var each = Count(outputs);
        var bytes = Math.Max(1, parameters.Max(p => p.Value.DType.Size()) * each * examples);
        var segments = GradientSegment.Cut(parameters, Math.Max(1, MemoryLimit / bytes));
        var rows = checked((int)(each * examples));
        Tensor gram = Tensor.Zeros([rows, rows], DType.Float64), right = Tensor.Zeros([rows], DType.Float64);
        List<Tensor>? kept = null;
        foreach (var segment in segments)
        {
            // Only when everything fits is it held until it is used again.
            using var inner = new TensorScope();
            var gradients = segment.Gradients(outputs, examples);
            Accumulate(gram, right, segment, gradients);
            if (segments.Count == 1)
            {
                kept = [.. gradients.Select(gradient => gradient.MoveToOuter())];
            }
        }

        var (coefficients, rank) = Solve(gram, right);
        return kept is null
            ? Move(parameters, WeightedGradients(parameters, examples, outputs, coefficients), strength, rows, rank, segments.Count)
            : Move(segments[0], kept, coefficients, strength, rows, rank);
    }

    /// <summary>
    /// Shrinks a vector towards the span of the rows of a matrix of any type, for gradients that are at hand:
    /// the same arithmetic as <see cref="Shrink(IReadOnlyList{Parameter}, int, Func{int, Tensor}, double)"/>.
    /// </summary>
    /// <param name="theta">[d], changed in place.</param>
    /// <param name="gradients">Gᵀ: [rows, d].</param>
    /// <param name="strength">a. Range: 0 to 1.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NonFiniteException">A gradient is not finite; θ is as it was.</exception>
    public ProjectionOutcome Shrink(Tensor theta, Tensor gradients, double strength)
    {
        ArgumentNullException.ThrowIfNull(theta);
        ArgumentNullException.ThrowIfNull(gradients);
        ProjectionStrength.Check(strength);
        if (theta.Rank != 1 || gradients.Rank != 2 || gradients.Shape[1] != theta.Shape[0])
        {
            throw new ArgumentException(
                $"A vector [d] and gradients [rows, d] were expected, not [{string.Join(", ", theta.Shape)}] and [{string.Join(", ", gradients.Shape)}].",
                nameof(gradients));
        }

        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var rows = gradients.Shape[0];
        Tensor gram = Tensor.Zeros([rows, rows], DType.Float64), right = Tensor.Zeros([rows], DType.Float64);
        Accumulate(gram, right, theta, gradients);
        var (coefficients, rank) = Solve(gram, right);
        var sums = Move(theta, gradients, coefficients, strength);
        return Outcome(sums, (int)rows, rank, 1);
    }

    // How many numbers one example's outputs are; asked without a graph would be cheaper, but would not be what is asked later.
    private static long Count(Func<int, Tensor> outputs)
    {
        using var scope = new TensorScope();
        return outputs(0).ElementCount;
    }

    private static void Accumulate(Tensor gram, Tensor right, GradientSegment segment, List<Tensor> gradients)
    {
        using var mode = GradMode.Disable();
        for (var p = 0; p < gradients.Count; p++)
        {
            using var scope = new TensorScope();
            var (parameter, start, length) = segment.Parts[p];
            Accumulate(gram, right, parameter.Value.Detach().Reshape(-1).Narrow(0, start, length), gradients[p]);
        }
    }

    private static void Accumulate(Tensor gram, Tensor right, Tensor theta, Tensor gradients)
    {
        foreach (var (start, length) in Blocks(gradients))
        {
            using var scope = new TensorScope();
            var block = gradients.Narrow(1, start, length).To(DType.Float64);
            GramMatrix.Add(gram, block);
            right.CopyFrom(right + block.Mv(theta.Narrow(0, start, length).To(DType.Float64)));
        }
    }

    private (Tensor Coefficients, int Rank) Solve(Tensor gram, Tensor right)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        // One bad gradient spoils its whole row of the Gram matrix.
        if (!double.IsFinite(gram.Sum().Item() + right.Sum().Item()))
        {
            throw new NonFiniteException("An output gradient is not finite; lower the learning rate or the strength.");
        }

        var (values, vectors) = SymmetricEigen.Of(gram);
        var eigenvalues = values.ToArray<double>();
        var limit = Cut * eigenvalues[^1];
        var inverse = Array.ConvertAll(eigenvalues, value => value > limit && value > 0 ? 1 / value : 0);
        var coefficients = vectors.Mv(vectors.T().Mv(right) * Tensor.From<double>(inverse, inverse.Length));
        return (coefficients.MoveToOuter(), inverse.Count(value => value > 0));
    }

    private static ProjectionOutcome Move(
        GradientSegment segment, List<Tensor> gradients, Tensor coefficients, double strength, int rows, int rank)
    {
        using var mode = GradMode.Disable();
        (double Before, double Within, double Outside) sums = default;
        for (var p = 0; p < gradients.Count; p++)
        {
            using var scope = new TensorScope();
            var (parameter, start, length) = segment.Parts[p];
            var own = Move(parameter.Value.Detach().View(-1).Narrow(0, start, length), gradients[p], coefficients, strength);
            sums = Add(sums, own);
        }

        return Outcome(sums, rows, rank, 1);
    }

    private static (double Before, double Within, double Outside) Move(
        Tensor theta, Tensor gradients, Tensor coefficients, double strength)
    {
        (double Before, double Within, double Outside) sums = default;
        foreach (var (start, length) in Blocks(gradients))
        {
            using var scope = new TensorScope();
            var within = gradients.Narrow(1, start, length).To(DType.Float64).T().Mv(coefficients);
            sums = Add(sums, Move(theta.Narrow(0, start, length), within, strength));
        }

        return sums;
    }

    // The gradients of the weighted sum of outputs are G a, without any of its columns.
    private static Dictionary<Parameter, Tensor> WeightedGradients(
        IReadOnlyList<Parameter> parameters, int examples, Func<int, Tensor> outputs, Tensor coefficients)
    {
        var values = parameters.Select(parameter => parameter.Value).ToArray();
        var sums = parameters.ToDictionary(
            parameter => parameter,
            parameter => Tensor.Zeros([parameter.Value.ElementCount], DType.Float64, parameter.Value.Device));
        var weights = coefficients.ToArray<double>();
        var row = 0;
        for (var example = 0; example < examples; example++)
        {
            using var scope = new TensorScope();
            var output = outputs(example).Reshape(-1);
            var each = (int)output.ElementCount;
            for (var k = 0; k < each; k++, row++)
            {
                using var inner = new TensorScope();
                var gradients = Autograd.Grad([output.Select(0, k)], values, retainGraph: true, allowUnused: true);
                using var mode = GradMode.Disable();
                for (var p = 0; p < gradients.Length; p++)
                {
                    // In double precision and weighted afterwards: large weights of opposite signs cancel.
                    if (gradients[p] is { } gradient)
                    {
                        sums[parameters[p]].Add_(gradient.Reshape(-1).To(DType.Float64), alpha: weights[row]);
                    }
                }
            }
        }

        return sums;
    }

    private static ProjectionOutcome Move(
        IReadOnlyList<Parameter> parameters, Dictionary<Parameter, Tensor> within, double strength, int rows, int rank, int segments)
    {
        using var mode = GradMode.Disable();
        (double Before, double Within, double Outside) sums = default;
        foreach (var parameter in parameters)
        {
            using var scope = new TensorScope();
            sums = Add(sums, Move(parameter.Value.Detach().View(-1), within[parameter], strength));
        }

        return Outcome(sums, rows, rank, segments);
    }

    // theta <- theta - a (theta - within), in double precision, rounded once; the squares of the three norms.
    private static (double Before, double Within, double Outside) Move(Tensor theta, Tensor within, double strength)
    {
        var wide = theta.To(DType.Float64);
        var outside = wide - within;
        // First the norms: of parameters in double precision the copy is the parameters themselves.
        var squares = (wide.Square().Sum().Item(), within.Square().Sum().Item(), outside.Square().Sum().Item());
        theta.CopyFrom(wide - (outside * strength));
        return squares;
    }

    private static ProjectionOutcome Outcome((double Before, double Within, double Outside) sums, int rows, int rank, int segments) =>
        new(rows, rank, Math.Sqrt(sums.Before), Math.Sqrt(sums.Within), Math.Sqrt(sums.Outside), segments);

    private static (double Before, double Within, double Outside) Add(
        (double Before, double Within, double Outside) a, (double Before, double Within, double Outside) b) =>
        (a.Before + b.Before, a.Within + b.Within, a.Outside + b.Outside);

    private static IEnumerable<(long Start, long Length)> Blocks(Tensor gradients)
    {
        var width = Math.Max(1, BlockNumbers / gradients.Shape[0]);
        var columns = gradients.Shape[1];
        for (var start = 0L; start < columns; start += width)
        {
            yield return (start, Math.Min(width, columns - start));
        }
    }
}
