using System.Net;
using Nabla.Claims;

namespace Nabla.Dashboard;

/// <summary>Where the dashboard listens and what it shows.</summary>
public sealed record DashboardSettings
{
    /// <summary>The shortest token that is accepted, in characters: long enough that guessing is hopeless.</summary>
    public const int ShortestToken = 16;

    /// <summary>The address to listen on. Default: loopback, where only this machine's users come in.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port. Range: 0 to 65535; 0 takes a free one. Default: 5180.</summary>
    public int Port { get; init; } = 5180;

    /// <summary>What a visitor must know; null: nothing. An address that is not loopback needs one.</summary>
    public string? Token { get; init; }

    /// <summary>Folder of the run store; null: the default one.</summary>
    public string? Home { get; init; }

    /// <summary>The claims on the board. Default: all that are registered.</summary>
    public IReadOnlyList<RegisteredClaim> Claims { get; init; } = RegisteredClaim.All;

    /// <summary>The clock; null: the system's.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Told in a sentence of every request that failed through no fault of the visitor; null: nobody.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="DashboardException">One of them cannot be used; the message says which.</exception>
    public void Validate()
    {
        if (Port is < 0 or > 65535)
        {
            throw new DashboardException($"The port was {Port}; it must be between 0 and 65535.");
        }

        if (Token is { Length: < ShortestToken })
        {
            throw new DashboardException(
                $"The token has {Token.Length} characters; it must have at least {ShortestToken}. "
                + "'openssl rand -hex 16' makes a good one.");
        }

        if (Token is not null && Token.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new DashboardException("The token holds a space or a letter outside ASCII. Choose letters, digits and marks of ASCII.");
        }

        if (Token is null && !IPAddress.IsLoopback(Address))
        {
            throw new DashboardException(
                $"The address {Address} can be reached from other machines, so it needs a token that visitors must know. "
                + "Give one with --token, or leave out --address to listen on this machine only.");
        }
    }
}
