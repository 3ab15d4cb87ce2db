using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Separates two classes by a hyperplane through zero: logistic regression whose steps are normalized.</summary>
/// <remarks>
/// <para>Update: with weights w_i = 1 / (1 + exp(y_i a_i'θ)), θ = θ + γ Σ w_i y_i a_i / Σ w_i.</para>
/// <para>Needs: all examples in every iteration.</para>
/// <para>Choose it: to separate classes that can be separated, in few iterations; the loss says nothing about how near that is.</para>
/// </remarks>
/// <param name="options">Step.</param>
[Method(
    "normalized-lr-gd",
    Family.FirstOrder,
    Paper = "arXiv:2412.08424",
    Title = "From Logistic Regression to the Perceptron Algorithm: Exploring Gradient Descent with Large Step Sizes")]
[Departs("Written from the abstract and the limit it describes, the perceptron divided by the number of wrong examples; the paper's text was not at hand.")]
public sealed class NormalizedLrGd(NormalizedLrGdOptions options) : ICataloguedMethod<NormalizedLrGdOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "w_i = 1 / (1 + exp(y_i * <a_i, x[t-1]>)); perceptron: its limit, 1, 1/2 or 0",
        "normalized: x[t] = x[t-1] + learningRate * sum(w_i * y_i * a_i) / sum(w_i)",
        "plain and perceptron: x[t] = x[t-1] + learningRate * sum(w_i * y_i * a_i) / n",
    ];

    /// <summary>Looks for weights x with y_i a_i'x &gt; 0 for every example.</summary>
    /// <param name="rows">The features of each example, example by example.</param>
    /// <param name="labels">n labels, each 1 or -1.</param>
    /// <param name="start">Where to begin; empty: zero.</param>
    /// <param name="stop">When to end; the tolerance is held against the number of examples not on their side.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>The weights; the value is the mean logistic loss, the norm the number of examples not on their side.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">Sizes do not fit, or a label is neither 1 nor -1.</exception>
    public ProcedureResult Separate(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<double> labels,
        ReadOnlySpan<double> start,
        StoppingRule stop,
        ProcedureObserver? observer = null)
    {
        options.ThrowIfInvalid();
        var n = labels.Length;
        var dimension = Features(rows, labels);
        var x = start.IsEmpty ? new double[dimension] : ProcedureRun.StartOf(start, dimension);
        var run = new ProcedureRun(stop, observer, "Lower NormalizedLrGdOptions.LearningRate.");
        double[] margins = new double[n], sum = new double[dimension];
        var wrong = Measure(rows, labels, x, margins);
        while (run.Goes(x, wrong))
        {
            sum.AsSpan().Clear();
            var total = 0.0;
            for (var i = 0; i < n; i++)
            {
                var weight = options.Step == LogisticStep.Perceptron
                    ? (1 - Math.Sign(margins[i])) / 2.0
                    : 1 / (1 + Math.Exp(margins[i]));
                total += weight;
                VectorMath.Add(sum, weight * labels[i], rows.Slice(i * dimension, dimension));
            }

            run.Count(gradients: 1);
            var rate = options.LearningRate / (options.Step == LogisticStep.Normalized ? total : n);
            if (!(total > 0))
            {
                run.Stall();
                break;
            }

            VectorMath.Add(x, rate, sum);
            wrong = Measure(rows, labels, x, margins);
        }

        var loss = 0.0;
        foreach (var margin in margins)
        {
            // log(1 + exp(-m)) that cannot overflow.
            loss += Math.Log(1 + Math.Exp(-Math.Abs(margin))) + Math.Max(-margin, 0);
        }

        run.Count(values: 1);
        return run.Result(x, loss / n, wrong);
    }

    private static int Features(ReadOnlySpan<double> rows, ReadOnlySpan<double> labels)
    {
        if (labels.IsEmpty || rows.IsEmpty || rows.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"There are {rows.Length} numbers in rows and {labels.Length} labels. Give the same count of numbers for each label.",
                nameof(rows));
        }

        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] is not (1 or -1))
            {
                throw new ArgumentException(
                    $"The label of example {i} was {labels[i]}; it must be 1 or -1. Name the classes 1 and -1.", nameof(labels));
            }
        }

        return rows.Length / labels.Length;
    }

    private static int Measure(ReadOnlySpan<double> rows, ReadOnlySpan<double> labels, double[] x, double[] margins)
    {
        var wrong = 0;
        for (var i = 0; i < margins.Length; i++)
        {
            margins[i] = labels[i] * VectorMath.Dot(rows.Slice(i * x.Length, x.Length), x);
            wrong += margins[i] > 0 ? 0 : 1;
        }

        return wrong;
    }
}
