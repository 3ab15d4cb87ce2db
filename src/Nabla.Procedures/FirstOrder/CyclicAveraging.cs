namespace Nabla.Procedures.FirstOrder;

/// <summary>A-CODER: passes with full block gradients.</summary>
internal sealed class CyclicAveraging(CyclicState state, ProcedureRun run, ACoderOptions options)
{
    private readonly double[] _x = new double[state.Origin.Length];
    private readonly double[] _gradient = new double[state.Origin.Length];
    private readonly double[] _mixed = new double[state.Origin.Length];
    private readonly double[] _outputs = new double[state.Problem.Outputs];
    private readonly int[] _all = [.. Enumerable.Range(0, state.Origin.Length)];
    private double[] _missed = new double[state.Origin.Length];
    private double[] _dual = new double[state.Origin.Length];
    private double[] _nextDual = new double[state.Origin.Length];
    private double[] _y = [.. state.Origin];
    private double[] _nextY = new double[state.Origin.Length];
    private double[] _v = [.. state.Origin];
    private double[] _nextV = new double[state.Origin.Length];

    /// <summary>Runs until the run ends; the last y.</summary>
    public double[] Run()
    {
        var smoothness = options.Smoothness > 0 ? options.Smoothness : state.SteepestCoordinate();
        var (sum, last, norm) = (0.0, 0.0, double.PositiveInfinity);
        while (run.Goes(_y, norm))
        {
            double step;
            while (true)
            {
                var ratio = 0.4 * (1 + (sum * state.Problem.SquareWeight)) / smoothness;
                step = 0.5 * (ratio + Math.Sqrt((ratio * ratio) + (4 * sum * ratio)));
                Pass(sum, step, last);
                run.Count(gradients: 2);
                if (options.Smoothness > 0 || !VectorMath.AllFinite(_nextY) || IsBounded(smoothness))
                {
                    break;
                }

                smoothness *= 2;
            }

            norm = state.Measure(_x, _gradient, smoothness);
            for (var i = 0; i < _missed.Length; i++)
            {
                _missed[i] = _gradient[i] - _mixed[i];
            }

            (_y, _nextY) = (_nextY, _y);
            (_v, _nextV) = (_nextV, _v);
            (_dual, _nextDual) = (_nextDual, _dual);
            (sum, last) = (sum + step, step);
        }

        return _y;
    }

    private void Pass(double sum, double step, double last)
    {
        var whole = sum + step;
        for (var i = 0; i < _x.Length; i++)
        {
            _x[i] = ((sum * _y[i]) + (step * _v[i])) / whole;
        }

        state.OutputsAt(_x, _outputs);
        state.Partial(_all, _outputs, _gradient);
        for (var b = state.Blocks.Count - 1; b >= 0; b--)
        {
            var block = state.Blocks[b];
            state.Partial(block, _outputs, _mixed);
            foreach (var i in block)
            {
                // The bracket is what the last pass missed of its gradient; a[k-1]/a[k] · a[k] = a[k-1].
                _nextDual[i] = _dual[i] + (step * _mixed[i]) + (last * _missed[i]);
                _nextV[i] = state.Proximal(i, state.Origin[i] - _nextDual[i], whole);
                _nextY[i] = ((sum * _y[i]) + (step * _nextV[i])) / whole;
                VectorMath.Add(_outputs, _nextY[i] - _x[i], state.Problem.Column(i));
            }
        }
    }

    private bool IsBounded(double smoothness)
    {
        double missed = 0, moved = 0, slope = 0, before = 0, after = 0;
        for (var i = 0; i < _x.Length; i++)
        {
            var move = _nextY[i] - _x[i];
            missed += (_gradient[i] - _mixed[i]) * (_gradient[i] - _mixed[i]);
            moved += move * move;
            slope += _gradient[i] * move;
            before += _x[i] * _x[i];
            after += _nextY[i] * _nextY[i];
        }

        run.Count(values: 2);
        var ridge = 0.5 * state.Problem.SquareWeight;
        double at = state.Problem.Value(_x) - (ridge * before), there = state.Problem.Value(_nextY) - (ridge * after);
        var blur = 1e-14 * Math.Abs(at);
        return missed <= 0.5 * smoothness * smoothness * moved * (1 + 1e-12) + 1e-300
            && there <= at + slope + (0.5 * smoothness * moved) + blur;
    }
}
