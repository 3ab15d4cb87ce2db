namespace Nabla.Engine;

/// <summary>Whether operators on this thread record what derivatives need.</summary>
public static class GradMode
{
    /// <summary>Whether this thread records now.</summary>
    public static bool IsEnabled => NativeMethods.GradModeGet() != 0;

    /// <summary>Stops recording on this thread until the result is disposed.</summary>
    /// <returns>What restores the earlier mode; dispose it on the same thread.</returns>
    public static IDisposable Disable() => new Restore(false);

    /// <summary>Records on this thread until the result is disposed.</summary>
    /// <returns>What restores the earlier mode; dispose it on the same thread.</returns>
    public static IDisposable Enable() => new Restore(true);

    private sealed class Restore : IDisposable
    {
        private readonly bool _before = IsEnabled;
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private bool _disposed;

        public Restore(bool enabled) => NativeMethods.GradModeSet(enabled ? 1 : 0);

        public void Dispose()
        {
            if (_disposed)
            {
                return;
            }

            if (Environment.CurrentManagedThreadId != _thread)
            {
                throw new InvalidOperationException(
                    "The grad mode belongs to the thread that changed it and must be restored there.");
            }

            _disposed = true;
            NativeMethods.GradModeSet(_before ? 1 : 0);
        }
    }
}
