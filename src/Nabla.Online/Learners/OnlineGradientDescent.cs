namespace Nabla.Online;

/// <summary>Online gradient descent: a step against each gradient, drawn back into a ball.</summary>
/// <remarks>
/// <para>Update: w[t+1] = P(μ w[t] - η g[t]), P the projection onto the ball of radius D; w[1] = 0. With μ below 1
/// old gradients are forgotten.</para>
/// <para>Paper: Zinkevich, "Online Convex Programming and Generalized Infinitesimal Gradient Ascent", ICML 2003.</para>
/// </remarks>
/// <param name="dimension">How many numbers a decision has; at least 1.</param>
/// <param name="options">Rate, radius and memory.</param>
public sealed class OnlineGradientDescent(int dimension, OnlineGradientDescentOptions options)
    : VectorLearner(dimension, Checked(options).Radius)
{
    /// <inheritdoc/>
    protected override void Decide(ReadOnlySpan<double> gradient, Span<double> decision)
    {
        for (var i = 0; i < decision.Length; i++)
        {
            decision[i] = (options.Memory * decision[i]) - (options.LearningRate * gradient[i]);
        }
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
    }

    private static OnlineGradientDescentOptions Checked(OnlineGradientDescentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return options;
    }
}
