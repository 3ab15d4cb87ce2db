namespace Nabla.Dashboard;

/// <summary>The dashboard cannot start; the message says why and what to do.</summary>
public sealed class DashboardException : Exception
{
    /// <summary>Makes one with a sentence for the user.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public DashboardException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a sentence for the user and the cause.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DashboardException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes one with no text; prefer the others.</summary>
    public DashboardException()
    {
    }
}
