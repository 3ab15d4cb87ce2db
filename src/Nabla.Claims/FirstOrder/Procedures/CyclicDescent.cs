using Nabla.Core;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>Cyclic coordinate descent without acceleration: a proximal step of each coordinate in turn with its own smoothness.</summary>
internal static class CyclicDescent
{
    /// <summary>Runs passes; the observer is told after each, a pass counted as one gradient.</summary>
    public static void Run(ILinearComposite problem, double[] start, int passes, ProcedureObserver observer)
    {
        double[] x = [.. start], outputs = new double[problem.Outputs];
        for (var j = 0; j < x.Length; j++)
        {
            Add(outputs, x[j], problem.Column(j));
        }

        for (var pass = 0; pass <= passes; pass++)
        {
            observer(new ProcedureStep(pass, x, new QueryCounts(0, pass, 0)));
            for (var j = 0; j < x.Length; j++)
            {
                var column = problem.Column(j);
                var gradient = problem.SquareWeight * x[j];
                for (var t = 0; t < outputs.Length; t++)
                {
                    gradient += column[t] * problem.Slope(t, outputs[t]);
                }

                var curvature = problem.Curvature(j, j);
                var goal = x[j] - (gradient / curvature);
                var next = Math.CopySign(Math.Max(Math.Abs(goal) - (problem.AbsoluteWeight / curvature), 0), goal);
                Add(outputs, next - x[j], column);
                x[j] = next;
            }
        }
    }

    private static void Add(double[] outputs, double factor, ReadOnlySpan<double> column)
    {
        for (var t = 0; t < outputs.Length; t++)
        {
            outputs[t] += factor * column[t];
        }
    }
}
