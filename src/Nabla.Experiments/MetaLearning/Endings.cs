using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>What a study does when a part of it ends early.</summary>
internal static class Endings
{
    /// <summary>Goes on where a part came to its end, and throws where it was stopped or ceased to be finite.</summary>
    public static void ThrowIfStopped(this Ending ending, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ending.Kind == EndingKind.NonFinite)
        {
            throw new NonFiniteException(ending.Advice);
        }
    }
}
