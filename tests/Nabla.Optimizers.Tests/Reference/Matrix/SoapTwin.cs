namespace Nabla.Optimizers.Tests.Reference.Matrix;

public sealed class SoapTwin : MatrixTwin
{
    private readonly double[][,] _squares = new double[2][,];
    private readonly double[][,] _bases = new double[2][,];
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _mean = null!;
    private double[,] _variance = null!;
    private bool _turns;

    public override string Method => "soap";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side)
    {
        _options = options;
        _turns = side <= Convert.ToInt32(options["maxPreconditionerSize"], null);
        (_mean, _variance) = (new double[side, side], new double[side, side]);
        (_squares[0], _squares[1]) = (new double[side, side], new double[side, side]);
        (_bases[0], _bases[1]) = (SmallMatrix.Identity(side), SmallMatrix.Identity(side));
    }

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        double Option(string name) => (double)_options[name];
        if (t == 1)
        {
            Learn(g);
            for (var side = 0; side < 2 && _turns; side++)
            {
                _bases[side] = SmallMatrix.Eigen(_squares[side]).Vectors;
            }

            return w;
        }

        var k = t - 1;
        var (b1, b2, lr) = (Option("beta1"), Option("beta2"), Option("learningRate"));

        // The mean is kept unturned, and turned into the basis of the day; the variance lives in the basis.
        var turned = SmallMatrix.Times(SmallMatrix.Times(SmallMatrix.Transposed(_bases[0]), g), _bases[1]);
        _mean = SmallMatrix.Add(b1, _mean, 1 - b1, g);
        _variance = SmallMatrix.Zip(_variance, turned, (v, x) => (b2 * v) + ((1 - b2) * x * x));
        var mean = SmallMatrix.Times(SmallMatrix.Times(SmallMatrix.Transposed(_bases[0]), _mean), _bases[1]);
        var adam = SmallMatrix.Zip(mean, _variance, (m, v) => m / (Math.Sqrt(v) + Option("epsilon")));
        var direction = SmallMatrix.Times(SmallMatrix.Times(_bases[0], adam), SmallMatrix.Transposed(_bases[1]));
        if ((bool)_options["normalizeGradients"])
        {
            var size = SmallMatrix.Norm(direction) / Math.Sqrt(direction.Length);
            direction = SmallMatrix.Map(direction, x => x / size);
        }

        var rate = (bool)_options["correctBias"] ? lr * Math.Sqrt(1 - Math.Pow(b2, k)) / (1 - Math.Pow(b1, k)) : lr;
        var next = SmallMatrix.Add(1, w, -rate, direction);
        next = SmallMatrix.Map(next, x => x * (1 - (lr * Option("weightDecay"))));
        Learn(g);
        if (_turns && k % Convert.ToInt32(_options["preconditionFrequency"], null) == 0)
        {
            TurnBases();
        }

        return next;
    }

    private void Learn(double[,] g)
    {
        var beta = (double)_options["shampooBeta"] >= 0 ? (double)_options["shampooBeta"] : (double)_options["beta2"];
        _squares[0] = SmallMatrix.Add(beta, _squares[0], 1 - beta, SmallMatrix.Square(g));
        _squares[1] = SmallMatrix.Add(beta, _squares[1], 1 - beta, SmallMatrix.Square(SmallMatrix.Transposed(g)));
    }

    private void TurnBases()
    {
        for (var side = 0; side < 2; side++)
        {
            var (square, basis) = (_squares[side], _bases[side]);
            var estimated = SmallMatrix.Times(SmallMatrix.Times(SmallMatrix.Transposed(basis), square), basis);
            var order = Enumerable.Range(0, basis.GetLength(0)).OrderByDescending(i => estimated[i, i]).ToArray();
            _variance = side == 0
                ? SmallMatrix.Transposed(SmallMatrix.Columns(SmallMatrix.Transposed(_variance), order))
                : SmallMatrix.Columns(_variance, order);
            _bases[side] = SmallMatrix.Orthonormal(SmallMatrix.Times(square, SmallMatrix.Columns(basis, order)));
        }
    }
}
