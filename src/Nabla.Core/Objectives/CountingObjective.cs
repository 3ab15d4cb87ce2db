namespace Nabla.Core;

/// <summary>
/// The only door to a function: counts what is asked, refuses what the limits do not allow, and remembers the best
/// value with its point. Solvers see the function through it, so no query is missed.
/// </summary>
public sealed class CountingObjective : ICurvedObjective, IModelledCurvature
{
    private readonly IObjective _inner;
    private readonly long _gradientLimit;
    private readonly long _valueLimit;
    private readonly double[] _best;
    private readonly QueryObserver? _observer;
    private readonly double[] _value = new double[1];

    /// <summary>Goes around a function.</summary>
    /// <param name="inner">The function.</param>
    /// <param name="gradientLimit">The most gradient queries; 0 or above.</param>
    /// <param name="valueLimit">The most value queries; 0 or above.</param>
    /// <param name="observer">Is told of every query; null: nobody.</param>
    public CountingObjective(
        IObjective inner, long gradientLimit = long.MaxValue, long valueLimit = long.MaxValue, QueryObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegative(gradientLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(valueLimit);
        (_inner, _gradientLimit, _valueLimit, _observer) = (inner, gradientLimit, valueLimit, observer);
        _best = new double[inner.Dimension];
    }

    /// <inheritdoc/>
    public int Dimension => _inner.Dimension;

    /// <summary>Whether the function gives products with its second derivative itself.</summary>
    public bool IsCurved => _inner is CountingObjective counting ? counting.IsCurved : _inner is ICurvedObjective;

    /// <summary>What was asked so far.</summary>
    public QueryCounts Counts { get; private set; }

    /// <summary>The least value that was answered; infinity before the first.</summary>
    public double BestValue { get; private set; } = double.PositiveInfinity;

    /// <summary>Where the least value is; meaningless before the first.</summary>
    public ReadOnlySpan<double> BestPoint => _best;

    /// <inheritdoc/>
    /// <exception cref="QueryLimitException">The limit of values is reached.</exception>
    public double Value(ReadOnlySpan<double> point)
    {
        if (Counts.Values >= _valueLimit)
        {
            throw new QueryLimitException();
        }

        Counts += new QueryCounts(1, 0, 0);
        var value = _inner.Value(point);
        if (value < BestValue)
        {
            BestValue = value;
            point.CopyTo(_best);
        }

        _value[0] = value;
        _observer?.Invoke(QueryKind.Value, point, _value, Counts);
        return value;
    }

    /// <inheritdoc/>
    /// <exception cref="QueryLimitException">The limit of gradients is reached.</exception>
    public void Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        if (Counts.Gradients >= _gradientLimit)
        {
            throw new QueryLimitException();
        }

        Counts += new QueryCounts(0, 1, 0);
        _inner.Gradient(point, gradient);
        _observer?.Invoke(QueryKind.Gradient, point, gradient, Counts);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The function gives no second derivatives.</exception>
    public void HessianTimes(ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        if (!IsCurved)
        {
            throw new NotSupportedException(
                $"{_inner.GetType().Name} gives no products with its second derivative. Implement ICurvedObjective, or use a solver that needs gradients only.");
        }

        Counts += new QueryCounts(0, 0, 1);
        ((ICurvedObjective)_inner).HessianTimes(point, vector, product);
        _observer?.Invoke(QueryKind.Product, point, product, Counts);
    }

    /// <inheritdoc/>
    public bool Models(CurvatureModel model) => _inner is IModelledCurvature modelled && modelled.Models(model);

    /// <inheritdoc/>
    /// <remarks>Counted as a product.</remarks>
    public void ModelTimes(CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        if (!Models(model))
        {
            throw new NotSupportedException(
                $"{_inner.GetType().Name} gives no {model} matrix. Implement IModelledCurvature, or use a solver that needs gradients only.");
        }

        Counts += new QueryCounts(0, 0, 1);
        ((IModelledCurvature)_inner).ModelTimes(model, point, vector, product);
        _observer?.Invoke(QueryKind.Product, point, product, Counts);
    }
}
