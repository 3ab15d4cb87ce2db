using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>What a wrapper asks of the rule inside.</summary>
public static class InnerRule
{
    /// <summary>What the inner rule would subtract from the parameter, its weight decay apart; updates its state.</summary>
    /// <param name="parameter">The parameter before the step.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="state">The inner rule's state.</param>
    /// <param name="h">The inner rule's scalars.</param>
    /// <typeparam name="TInner">The inner rule.</typeparam>
    /// <typeparam name="T">The lane.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<TInner, T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where TInner : struct, IElementwiseKernel
        where T : struct, ILane<T>
    {
        if (default(TInner) is IHasStep)
        {
            return TInner.Step(parameter, gradient, ref state, in h);
        }

        var moved = parameter;
        TInner.Update(ref moved, gradient, ref state, in h);
        return parameter - moved - TInner.Decay(parameter, in h);
    }
}
