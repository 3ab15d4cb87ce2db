namespace Nabla.Engine;

/// <summary>A stronger form of <see cref="GradMode.Disable"/>: tensors made under it can never take part in recorded
/// operators, which saves their bookkeeping.</summary>
public static class InferenceMode
{
    /// <summary>Whether this thread is in inference mode now.</summary>
    public static bool IsEnabled => NativeMethods.InferenceModeGet() != 0;

    /// <summary>Puts this thread into inference mode until the result is disposed.</summary>
    /// <returns>What restores the earlier mode; dispose it on the same thread, in the opposite order of entering.</returns>
    public static IDisposable Enable() => new Guard();

    private sealed class Guard : IDisposable
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private nint _guard = NativeMethods.InferenceModeEnter();

        public void Dispose()
        {
            if (_guard == 0)
            {
                return;
            }

            if (Environment.CurrentManagedThreadId != _thread)
            {
                throw new InvalidOperationException(
                    "The inference mode belongs to the thread that entered it and must be left there.");
            }

            NativeMethods.InferenceModeExit(_guard);
            _guard = 0;
        }
    }
}
