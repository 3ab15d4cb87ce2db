namespace Nabla.Problems.Solving;

/// <summary>Adds up squares of residuals and their gradient, residual by residual.</summary>
/// <param name="gradient">Where the gradient is added; empty when only the value is wanted.</param>
/// <param name="isLinear">
/// Whether each residual is taken as linear along the direction and its own value is left out: what is added in place of the gradient is
/// then Gauss and Newton's product 2 J'J v.
/// </param>
internal ref struct ResidualSum<T>(Span<T> gradient, bool isLinear = false)
    where T : struct, IReal<T>
{
    private readonly Span<T> _gradient = gradient;
    private T _twice;

    /// <summary>The sum of squares so far.</summary>
    public T Value { get; private set; }

    /// <summary>Whether derivatives are wanted.</summary>
    public readonly bool WantsSlopes => !_gradient.IsEmpty;

    /// <summary>Adds a residual; its derivatives follow by Slope.</summary>
    public void Next(T residual)
    {
        Value += residual * residual;
        var factor = isLinear ? T.Along(residual) : residual;
        _twice = factor + factor;
    }

    /// <summary>A derivative of the last residual.</summary>
    public readonly void Slope(int index, T slope)
    {
        if (!_gradient.IsEmpty)
        {
            _gradient[index] += _twice * slope;
        }
    }

    /// <summary>A constant derivative of the last residual.</summary>
    public readonly void Slope(int index, double slope)
    {
        if (!_gradient.IsEmpty)
        {
            _gradient[index] += slope * _twice;
        }
    }
}
