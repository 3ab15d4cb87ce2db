using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>
/// An online learner whose decisions are m×n matrices of operator norm at most D: it plays X_t, is shown the gradient
/// G_t of a linear loss, and pays ⟨G_t, X_t⟩. Works in Float64. Owns its tensors; bound to the thread that made it.
/// </summary>
/// <remarks>Source: Jiang, Mhammedi, Mohri, Mokhtari, arXiv:2602.08232, section 2.</remarks>
public abstract class MatrixLearner : IDisposable
{
    private readonly bool _isTall;
    private Tensor _decision;
    private Tensor _sum;
    private Tensor _second;

    /// <summary>Begins with the decision zero.</summary>
    /// <param name="rows">m, at least 1.</param>
    /// <param name="columns">n, at least 1.</param>
    /// <param name="radius">D, above 0.</param>
    /// <param name="gradientBound">G: no gradient's operator norm is above it; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    protected MatrixLearner(int rows, int columns, double radius, double gradientBound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gradientBound);
        (Rows, Columns, Radius, GradientBound) = (rows, columns, radius, gradientBound);
        _isTall = rows > columns;
        _decision = Tensor.Zeros([Short, Long], DType.Float64).Release();
        _sum = Tensor.Zeros([Short, Long], DType.Float64).Release();
        _second = Tensor.Zeros([Short, Short], DType.Float64).Release();
    }

    /// <summary>m.</summary>
    public int Rows { get; }

    /// <summary>n.</summary>
    public int Columns { get; }

    /// <summary>D: the greatest operator norm of a decision.</summary>
    public double Radius { get; }

    /// <summary>G: the greatest operator norm of a gradient.</summary>
    public double GradientBound { get; }

    /// <summary>Rounds played.</summary>
    public long Rounds { get; private set; }

    /// <summary>Singular value decompositions and symmetric eigendecompositions made so far.</summary>
    public long Decompositions { get; protected set; }

    /// <summary>
    /// α and β of the learner's smoothing (Definition 3), or null when its regret is not bounded by Theorem 4.
    /// </summary>
    public virtual (double Alpha, double Beta)? Smoothing => null;

    /// <summary>The smaller side: preconditioners act on it.</summary>
    protected int Short => Math.Min(Rows, Columns);

    /// <summary>The larger side.</summary>
    protected int Long => Math.Max(Rows, Columns);

    /// <summary>The decision for the coming round, m×n; the caller owns it.</summary>
    public Tensor Decide() => (_isTall ? _decision.T() : _decision).Clone();

    /// <summary>Takes the gradient of the round that was played.</summary>
    /// <param name="gradient">G_t, m×n, operator norm at most G (not checked: that would cost a decomposition).</param>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public void Observe(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (!gradient.Shape.AsSpan().SequenceEqual([Rows, Columns]))
        {
            throw new ArgumentException(
                $"The gradient has shape ({string.Join(", ", gradient.Shape)}); the learner plays {Rows}×{Columns} matrices.",
                nameof(gradient));
        }

        using var scope = new TensorScope();
        var wide = gradient.To(DType.Float64);
        var g = _isTall ? wide.T() : wide;
        Replace(ref _sum, _sum + g);
        Replace(ref _second, _second.Addmm(g, g.T()));
        Rounds++;
        Replace(ref _decision, Next(_decision, g, _sum, _second));
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _decision.Dispose();
        _sum.Dispose();
        _second.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The next decision, oriented so that rows are the smaller side.</summary>
    /// <param name="decision">X_t.</param>
    /// <param name="gradient">G_t.</param>
    /// <param name="sum">S_t, the sum of gradients.</param>
    /// <param name="second">M_t, the sum of G Gᵀ.</param>
    protected abstract Tensor Next(Tensor decision, Tensor gradient, Tensor sum, Tensor second);

    /// <summary>G² I + M_t.</summary>
    protected Tensor Ridged(Tensor second) => second + (Ops.Eye(Short, DType.Float64) * (GradientBound * GradientBound));

    private static void Replace(ref Tensor held, Tensor value)
    {
        var kept = value.Release();
        held.Dispose();
        held = kept;
    }
}
