namespace Nabla.Procedures.Solvers;

/// <summary>The momentum of accelerated gradient descent since it last began: points, squared moves, and the point ahead.</summary>
internal sealed class MomentumEpoch
{
    private readonly SolverState _state;
    private readonly double[] _before;
    private readonly double[] _here;
    private readonly double[] _gradientBefore;
    private readonly double[] _gradientHere;
    private readonly CurvatureChange? _change;
    private double _firstValue;
    private double _valueBefore;
    private double _squares;
    private int _k;

    public MomentumEpoch(SolverState state, bool watchesCurvature)
    {
        _state = state;
        _here = [.. state.Point];
        _before = [.. state.Point];
        _change = watchesCurvature ? new CurvatureChange(state.Dimension) : null;
        _gradientBefore = watchesCurvature ? new double[state.Dimension] : [];
        _gradientHere = watchesCurvature ? [.. state.Gradient] : [];
        _firstValue = _valueBefore = Value = ValueAhead = state.Value;
    }

    /// <summary>f(x).</summary>
    public double Value { get; private set; }

    /// <summary>f(y), as far as it is asked for.</summary>
    public double ValueAhead { get; private set; }

    /// <summary>Notes the move to the next point and says whether the epoch still has its sufficient decrease.</summary>
    public bool Falls(double value, ReadOnlySpan<double> next, double smoothness)
    {
        var distance = VectorMath.Distance(next, _here);
        _squares += distance * distance;
        _k++;
        return value <= _firstValue - (smoothness * _squares / (2 * (_k + 1)));
    }

    /// <summary>Whether the move to the next point goes down the gradient at y.</summary>
    public bool GoesDown(ReadOnlySpan<double> next)
    {
        var slope = 0.0;
        for (var i = 0; i < next.Length; i++)
        {
            slope += _state.Gradient[i] * (next[i] - _here[i]);
        }

        return slope <= 0;
    }

    /// <summary>Goes to the next point; where it does not pay, momentum begins anew at the lower of both points.</summary>
    public void Take(double[] next, double value, bool isPaying)
    {
        _valueBefore = Value;
        _here.CopyTo(_before, 0);
        if (isPaying || !(value > Value))
        {
            next.CopyTo(_here, 0);
            Value = value;
        }

        if (!isPaying)
        {
            Begin();
        }
    }

    /// <summary>Asks for the gradient at y; begins anew at x where y is out of the domain, or momentum has gone too far.</summary>
    public void LookAhead(SmoothnessEstimate estimate)
    {
        var theta = _k / (_k + 1.0);
        for (var i = 0; i < _here.Length; i++)
        {
            _state.Point[i] = _here[i] + (theta * (_here[i] - _before[i]));
        }

        ValueAhead = _k == 0 || (estimate.IsGiven && _change is null) ? Value : _state.Objective.Value(_state.Point);
        if (!double.IsFinite(ValueAhead))
        {
            Begin();
            _here.CopyTo(_state.Point, 0);
            ValueAhead = Value;
        }

        _state.Value = Math.Min(Value, ValueAhead);
        _state.EvaluateGradient();
        if (_change is not null)
        {
            WatchCurvature(_change, theta, estimate.Value);
        }

        _state.Value = ValueAhead;
    }

    private void WatchCurvature(CurvatureChange change, double theta, double smoothness)
    {
        if (_k == 0)
        {
            _state.Gradient.CopyTo(_gradientHere, 0);
            return;
        }

        _gradientHere.CopyTo(_gradientBefore, 0);
        _state.Objective.Gradient(_here, _gradientHere);
        change.Learn(
            theta,
            new(_before, _valueBefore, _gradientBefore),
            new(_here, Value, _gradientHere),
            new(_state.Point, ValueAhead, _state.Gradient));
        if (change.IsTooFar(_k, _squares, smoothness))
        {
            Begin();
            _here.CopyTo(_state.Point, 0);
            _gradientHere.CopyTo(_state.Gradient, 0);
            _state.Measure();
            ValueAhead = Value;
        }
    }

    private void Begin()
    {
        (_k, _squares, _firstValue) = (0, 0, Value);
        _here.CopyTo(_before, 0);
        _change?.Reset();
    }
}
