using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Nabla.Dashboard;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla dashboard</c>: web pages over the run store.</summary>
internal static class DashboardVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        DashboardSettings usual = new();
        VerbCommand command = new(
            "dashboard",
            "Shows runs, methods and claims as web pages, live while a training goes on.",
            "It listens on this machine only, where every local user can open it. With --address other machines reach it, and "
                + "visitors then need the token of --token: they add ?token=TOKEN to the address once. The connection is not "
                + "encrypted; over a network that you do not trust, use a tunnel (ssh -L) instead of --address. Ctrl-C ends it.",
            "nabla dashboard",
            "nabla dashboard --port 8080 --address 0.0.0.0 --token \"$(openssl rand -hex 16)\"");
        Option<int> port = TaskArguments.Checked(
            "--port", "N", "The port; 0 takes a free one.", n => n is >= 0 and <= 65535,
            "between 0 and 65535", usual.Port);
        Option<string?> address = new("--address")
        {
            HelpName = "IP",
            Description = "The address to listen on; one that other machines can reach needs --token. Default: 127.0.0.1.",
        };
        Option<string?> token = new("--token")
        {
            HelpName = "TOKEN",
            Description = $"What visitors must know, {DashboardSettings.ShortestToken} characters or more.",
        };
        Option<string?> home = RunsVerb.Home();
        command.Add(port);
        command.Add(address);
        command.Add(token);
        command.Add(home);
        command.SetAction(parsed => Run(
            new DashboardSettings
            {
                Port = parsed.GetValue(port),
                Address = AddressOf(parsed.GetValue(address)),
                Token = parsed.GetValue(token),
                Home = TaskArguments.FullPath(parsed.GetValue(home)),
                Log = sentence => parsed.InvocationConfiguration.Error.WriteLine("nabla: " + sentence),
            },
            parsed.GetValue(command.Json),
            parsed.InvocationConfiguration));
        return command;
    }

    private static IPAddress AddressOf(string? text) => text switch
    {
        null or "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(text, out IPAddress? address)
            ? address
            : throw new UsageException($"The option --address was '{text}'; it must be an IP address, such as 127.0.0.1 or 0.0.0.0."),
    };

    private static int Run(DashboardSettings settings, bool json, InvocationConfiguration streams)
    {
        try
        {
            settings.Validate();
        }
        catch (DashboardException failure)
        {
            throw new UsageException(failure.Message, failure);
        }

        using Interruption interruption = new(streams.Error, "Stopping the dashboard.");
        // The command line has one thread that waits; everything else is the server's.
        DashboardServer server = DashboardServer.StartAsync(settings, interruption.Token).GetAwaiter().GetResult();
        try
        {
            string address = server.Address.AbsoluteUri
                + (settings.Token is { } token ? "?token=" + Uri.EscapeDataString(token) : "");
            if (json)
            {
                JsonDocumentWriter.Write(streams.Output, new JsonObject { ["address"] = address });
            }
            else
            {
                streams.Output.WriteLine($"The dashboard is at {address}");
            }

            streams.Output.Flush();

            streams.Error.WriteLine(IPAddress.IsLoopback(settings.Address)
                ? "It listens on this machine only. Ctrl-C ends it."
                : $"Other machines can reach it as {Dns.GetHostName()} or by its address, without encryption and with the token "
                    + "only. Ctrl-C ends it.");
            interruption.Token.WaitHandle.WaitOne();
            return ExitCode.Done;
        }
        finally
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
