namespace Nabla.Optimizers.Tests.Reference.Matrix;

/// <summary>What the twins of matrix methods share: the elements are a square matrix called <c>w</c>.</summary>
public abstract class MatrixTwin : IReferenceTwin
{
    public abstract string Method { get; }

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var side = (int)Math.Sqrt(start.Length);
        var w = SmallMatrix.Of(start, side, side);
        Begin(options, side);
        var result = new double[gradients.Length][];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var sign = options.TryGetValue("maximize", out var maximize) && (bool)maximize ? -1.0 : 1;
            w = Step(w, SmallMatrix.Map(SmallMatrix.Of(gradients[t - 1], side, side), x => sign * x), t);
            result[t - 1] = SmallMatrix.Flat(w);
        }

        return result;
    }

    protected abstract void Begin(IReadOnlyDictionary<string, object> options, int side);

    protected abstract double[,] Step(double[,] w, double[,] g, int t);

    /// <summary>The polar factor as the named solver gives it.</summary>
    protected static double[,] Polar(double[,] a, string solver, int steps)
    {
        if (solver == "exact")
        {
            return SmallMatrix.Polar(a);
        }

        var x = SmallMatrix.Map(a, v => v / SmallMatrix.Norm(a));
        for (var step = 0; step < steps; step++)
        {
            var (p, q, r) = solver switch
            {
                "newton-schulz" => (1.5, -0.5, 0.0),
                "polar-express" => Nabla.Engine.PolarSchedule.PolarExpress(steps).Polynomials[step],
                _ => (3.4445, -4.7750, 2.0315),
            };
            var gram = SmallMatrix.Square(x);
            var inner = SmallMatrix.Add(q, gram, r, SmallMatrix.Times(gram, gram));
            x = SmallMatrix.Add(p, x, 1, SmallMatrix.Times(inner, x));
        }

        return x;
    }
}
