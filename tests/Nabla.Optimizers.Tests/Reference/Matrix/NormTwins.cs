namespace Nabla.Optimizers.Tests.Reference.Matrix;

public sealed class SpectralSphereTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _momentum = null!;

    public override string Method => "sso-spectral";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side) =>
        (_options, _momentum) = (options, new double[side, side]);

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        double Option(string name) => (double)_options[name];
        var (sigma, theta) = Largest(w);
        var beta = Option("momentum");
        _momentum = SmallMatrix.Add(beta, _momentum, 1 - beta, g);
        var unit = SmallMatrix.Map(_momentum, x => x / SmallMatrix.Norm(_momentum));
        double[,] At(double lambda) => Polar(SmallMatrix.Add(1, unit, lambda, theta), (string)_options["solver"], 8);
        double Product(double lambda) => SmallMatrix.Flat(SmallMatrix.Zip(At(lambda), theta, (a, b) => a * b)).Sum();
        var (low, high) = (-2.0, 2.0);
        for (var i = 0; i < Convert.ToInt32(_options["bisections"], null); i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Product(middle) < 0 ? (middle, high) : (low, middle);
        }

        var (atLow, atHigh) = (low == -2 ? -1 : Product(low), high == 2 ? 1 : Product(high));
        var lambda = low - (atLow * (high - low) / (atHigh - atLow));

        // A square matrix: the radius is the scale itself.
        var radius = Option("radiusScale");
        var next = SmallMatrix.Add(radius / sigma, w, -Option("learningRate") * radius, At(lambda));
        var after = Largest(next).Sigma;
        return SmallMatrix.Map(next, x => x * radius / after);
    }

    /// <summary>The largest singular value and u vᵀ.</summary>
    private static (double Sigma, double[,] Theta) Largest(double[,] a)
    {
        var (values, vectors) = SmallMatrix.Eigen(SmallMatrix.Square(a));
        var u = SmallMatrix.Columns(vectors, [0]);
        var sigma = Math.Sqrt(values[0]);
        var v = SmallMatrix.Map(SmallMatrix.Times(SmallMatrix.Transposed(a), u), x => x / sigma);
        return (sigma, SmallMatrix.Times(u, SmallMatrix.Transposed(v)));
    }
}

public sealed class SteepestDescentTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _mean = null!;

    public override string Method => "steepest-descent-norms";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side) =>
        (_options, _mean) = (options, new double[side, side]);

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        var beta = (double)_options["momentum"];
        _mean = SmallMatrix.Add(beta, _mean, 1 - beta, g);
        var direction = (string)_options["norm"] switch
        {
            "sign" => SmallMatrix.Map(_mean, x => Math.Sign(x)),
            "frobenius" => SmallMatrix.Map(_mean, x => x / SmallMatrix.Norm(_mean)),
            "column" => SmallMatrix.Transposed(Rows(SmallMatrix.Transposed(_mean))),
            "row" => Rows(_mean),
            _ => SmallMatrix.Polar(_mean),
        };
        var dual = (bool)_options["dualNorm"]
            ? SmallMatrix.Flat(SmallMatrix.Zip(direction, _mean, (a, b) => a * b)).Sum()
            : 1;
        return SmallMatrix.Add(1, w, -(double)_options["learningRate"] * dual, direction);
    }

    private static double[,] Rows(double[,] a)
    {
        var result = (double[,])a.Clone();
        for (var i = 0; i < a.GetLength(0); i++)
        {
            var norm = Math.Sqrt(Enumerable.Range(0, a.GetLength(1)).Sum(j => a[i, j] * a[i, j]));
            for (var j = 0; j < a.GetLength(1); j++)
            {
                result[i, j] /= norm;
            }
        }

        return result;
    }
}

public sealed class ScaledGdTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;

    public override string Method => "scaledgd-lambda";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side) => _options = options;

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        var damping = (double)_options["damping"];
        var inverse = SmallMatrix.Function(SmallMatrix.Square(SmallMatrix.Transposed(w)), x => 1 / (x + damping));
        return SmallMatrix.Add(1, w, -(double)_options["learningRate"], SmallMatrix.Times(g, inverse));
    }
}

public sealed class OnlineSubspaceTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _p = null!;
    private double[,] _pMean = null!;
    private double[,] _pVariance = null!;
    private double[,] _mean = null!;
    private double[,] _variance = null!;

    public override string Method => "online-subspace-descent";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side)
    {
        _options = options;
        var rank = Math.Min(side, Convert.ToInt32(options["rank"], null));
        (_pMean, _pVariance) = (new double[side, rank], new double[side, rank]);
        (_mean, _variance) = (new double[rank, side], new double[rank, side]);
    }

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        double Option(string name) => (double)_options[name];
        var h = SmallMatrix.Transposed(g); // A square matrix counts as tall.
        if (t == 1)
        {
            var rank = _pMean.GetLength(1);
            _p = SmallMatrix.Columns(SmallMatrix.Eigen(SmallMatrix.Square(h)).Vectors, [.. Enumerable.Range(0, rank)]);
        }

        var low = SmallMatrix.Times(SmallMatrix.Transposed(_p), h);
        var (b1, b2, lr) = (Option("beta1"), Option("beta2"), Option("learningRate"));
        _mean = SmallMatrix.Add(b1, _mean, 1 - b1, low);
        _variance = SmallMatrix.Zip(_variance, low, (v, x) => (b2 * v) + ((1 - b2) * x * x));
        var adam = SmallMatrix.Zip(_mean, _variance, (m, v) => m / (Math.Sqrt(v) + Option("epsilon")));
        var rate = lr * Math.Sqrt(1 - Math.Pow(b2, t)) / (1 - Math.Pow(b1, t)) * Option("scale");
        var next = SmallMatrix.Add(1, w, -rate, SmallMatrix.Transposed(SmallMatrix.Times(_p, adam)));
        next = SmallMatrix.Map(next, x => x * (1 - (lr * Option("weightDecay"))));
        if (t > 1 && Option("projectionRate") > 0 && _p.GetLength(1) < _p.GetLength(0))
        {
            Follow(h, Option("projectionRate"), t - 1);
        }

        return next;
    }

    private void Follow(double[,] h, double rate, int k)
    {
        var n = SmallMatrix.Map(h, x => x / SmallMatrix.Norm(h));
        var e = SmallMatrix.Add(1, SmallMatrix.Times(SmallMatrix.Times(_p, SmallMatrix.Transposed(_p)), n), -1, n);
        var cross = SmallMatrix.Times(e, SmallMatrix.Transposed(n));
        var slope = SmallMatrix.Map(
            SmallMatrix.Times(SmallMatrix.Add(1, cross, 1, SmallMatrix.Transposed(cross)), _p), x => 2 * x);
        _pMean = SmallMatrix.Add(0.9, _pMean, 0.1, slope);
        _pVariance = SmallMatrix.Zip(_pVariance, slope, (v, x) => (0.999 * v) + (0.001 * x * x));
        var step = SmallMatrix.Zip(
            _pMean, _pVariance, (m, v) => m / (1 - Math.Pow(0.9, k)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, k))) + 1e-8));
        _p = SmallMatrix.Add(1 - (rate * 0.01), _p, -rate, step);
    }
}
