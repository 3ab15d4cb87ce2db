using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Matrix;

/// <summary>
/// The random midpoints of the online-to-nonconvex reduction (arXiv:2602.08232, section 4): gradients are taken at
/// W_{t-1} + s_t X_t with s_t uniform on (0, 1), where X_t is the step that leads from W_{t-1} to W_t.
/// </summary>
internal static class Midpoint
{
    /// <summary>The state that holds W_t while the parameter holds the midpoint.</summary>
    public const string StateName = "iterate";

    /// <summary>Makes the step X_{t+1} and returns the next midpoint; without midpoints, the next iterate.</summary>
    public static Tensor Advance(
        Tensor parameter, Tensor step, double decay, TensorStates states, long seed, in StepContext context)
    {
        if (!states.Has(StateName))
        {
            return decay > 0 ? parameter + (step - (parameter * decay)) : parameter.Add_(step);
        }

        // Before the first step the parameter is the iterate itself: X_1 = 0.
        var iterate = context.Step == 1 ? parameter.Clone() : states[StateName];
        var whole = decay > 0 ? step - (iterate * decay) : step;
        var s = new RandomStream(
            Nabla.Engine.Seed.From(seed).Derive(context.ParameterName).Derive($"midpoint {context.Step}")).NextDouble();
        var next = iterate + (whole * s);
        states[StateName] = iterate + whole;
        return next;
    }
}
