using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Convex;

/// <summary>What both ways to train share: patterns, the loop, and the way back to a network.</summary>
internal static class ConvexReluRun
{
    public static IReadOnlyList<bool[]> PatternsOf(LabelledRows rows, int count, bool intercept, Seed seed)
    {
        if (rows.Columns == 0 && !intercept)
        {
            throw new ArgumentException("The rows have no features. Give at least one column, or set Intercept.", nameof(rows));
        }

        return count == 0
            ? ActivationPatterns.Enumerate(rows, intercept)
            : ActivationPatterns.Sample(rows, count, seed.Derive("patterns"), intercept);
    }

    public static ConvexReluResult Train(
        ReluProgram program,
        bool isExact,
        double rho,
        double dualStep,
        Action<ReluAdmm> start,
        StoppingRule stop,
        ProcedureObserver? observer)
    {
        var run = new ProcedureRun(stop, observer, "Scale features and labels to sizes around 1.");
        var admm = new ReluAdmm(program, rho, dualStep);
        start(admm);
        var value = program.Value(admm.Weights);
        run.Offer(value, admm.Weights);
        while (run.Goes(admm.Weights, admm.Residual))
        {
            admm.Step();
            run.Count(values: 1, products: 1);
            value = program.Value(admm.Weights);
            run.Offer(value, admm.Weights);
        }

        var result = run.Result(admm.Weights, value, admm.Residual);

        // The solution of the program where it was found; else the best on the way.
        return run.HasReachedTarget
            ? new ConvexReluResult(program.Network([.. result.Point]), value, program.Patterns, isExact, result)
            : new ConvexReluResult(program.Network([.. result.BestPoint]), result.Ending.BestValue ?? value, program.Patterns, isExact, result);
    }
}
