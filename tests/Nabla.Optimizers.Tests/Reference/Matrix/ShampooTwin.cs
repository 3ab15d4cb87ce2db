namespace Nabla.Optimizers.Tests.Reference.Matrix;

public sealed class ShampooTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _left = null!;
    private double[,] _right = null!;
    private double[,] _leftRoot = null!;
    private double[,] _rightRoot = null!;
    private double[,] _variance = null!;
    private double[,] _buffer = null!;

    public override string Method => "shampoo";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side)
    {
        _options = options;
        _left = SmallMatrix.Identity(side, (double)options["epsilon"]);
        _right = SmallMatrix.Identity(side, (double)options["epsilon"]);
        (_variance, _buffer) = (new double[side, side], new double[side, side]);
    }

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        double Option(string name) => (double)_options[name];
        g = SmallMatrix.Add(1, g, Option("weightDecay"), w);
        var beta = Option("beta2");
        var taken = beta == 1 ? 1 : 1 - beta;
        _left = SmallMatrix.Add(beta, _left, taken, SmallMatrix.Square(g));
        _right = SmallMatrix.Add(beta, _right, taken, SmallMatrix.Square(SmallMatrix.Transposed(g)));
        var isOneSided = (string)_options["sides"] == "smaller";
        if ((t - 1) % Convert.ToInt32(_options["preconditionFrequency"], null) == 0)
        {
            _leftRoot = SmallMatrix.Function(_left, x => Math.Pow(x, isOneSided ? -0.5 : -0.25));
            _rightRoot = isOneSided ? SmallMatrix.Identity(g.GetLength(1)) : SmallMatrix.Function(_right, x => Math.Pow(x, -0.25));
        }

        var direction = SmallMatrix.Times(SmallMatrix.Times(_leftRoot, g), _rightRoot);
        var graft = (string)_options["grafting"];
        if (graft != "none")
        {
            var other = g;
            if (graft == "adam")
            {
                var b = Option("graftingBeta2");
                _variance = SmallMatrix.Zip(_variance, g, (v, x) => (b * v) + ((1 - b) * x * x));
                other = SmallMatrix.Zip(g, _variance, (x, v) => x / (Math.Sqrt(v / (1 - Math.Pow(b, t))) + 1e-8));
            }

            var size = SmallMatrix.Norm(other) / SmallMatrix.Norm(direction);
            direction = SmallMatrix.Map(direction, x => x * size);
        }

        _buffer = SmallMatrix.Add(Option("momentum"), _buffer, 1, direction);
        return SmallMatrix.Add(1, w, -Option("learningRate"), _buffer);
    }
}
