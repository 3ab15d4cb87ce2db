namespace Nabla.Optimizers.Tests.Reference.Matrix;

public sealed class AsgoTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _squares = null!;
    private double[,] _mean = null!;
    private double[,] _inverse = null!;

    public override string Method => "asgo";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side) =>
        (_options, _squares, _mean) = (options, new double[side, side], new double[side, side]);

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        double Option(string name) => (double)_options[name];
        var beta = Option("beta2");
        _squares = SmallMatrix.Add(beta, _squares, beta == 1 ? 1 : 1 - beta, SmallMatrix.Square(g));
        if ((t - 1) % Convert.ToInt32(_options["preconditionFrequency"], null) == 0)
        {
            _inverse = SmallMatrix.Function(_squares, x => 1 / (Math.Sqrt(Math.Max(x, 0)) + Option("epsilon")));
        }

        _mean = SmallMatrix.Add(Option("beta1"), _mean, 1 - Option("beta1"), g);
        var lr = Option("learningRate");
        return SmallMatrix.Add(1 - (lr * Option("weightDecay")), w, -lr, SmallMatrix.Times(_inverse, _mean));
    }
}

public sealed class AdaGoTwin : MatrixTwin
{
    private IReadOnlyDictionary<string, object> _options = null!;
    private double[,] _momentum = null!;
    private double _accumulator;

    public override string Method => "adago";

    protected override void Begin(IReadOnlyDictionary<string, object> options, int side) =>
        (_options, _momentum, _accumulator) = (options, new double[side, side], Math.Pow((double)options["initialAccumulator"], 2));

    protected override double[,] Step(double[,] w, double[,] g, int t)
    {
        double Option(string name) => (double)_options[name];
        _momentum = SmallMatrix.Add(Option("momentum"), _momentum, 1 - Option("momentum"), g);
        var norm = Math.Min(SmallMatrix.Norm(g), Option("gamma"));
        _accumulator += norm * norm;
        var rate = Math.Max(Option("epsilon"), Option("learningRate") * norm / Math.Sqrt(_accumulator));
        var solver = (string)_options["solver"];
        return SmallMatrix.Add(1, w, -rate, Polar(_momentum, solver, solver == "quintic" ? 5 : 8));
    }
}
