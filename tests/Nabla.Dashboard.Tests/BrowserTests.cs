using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Playwright;
using Nabla.Claims;
using Nabla.Experiments;
using static Microsoft.Playwright.Assertions;

namespace Nabla.Dashboard.Tests;

/// <summary>
/// What a person does, in a real browser, with real trainings: looks on while one trains, compares runs, reruns a claim.
/// Screenshots go to <c>artifacts/screenshots</c>, for people.
/// </summary>
public sealed class BrowserTests
{
    private const string Browser = "/usr/bin/chromium";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_person_watches_a_training_compares_runs_and_reruns_a_claim()
    {
        string home = Directory.CreateTempSubdirectory("nabla-browser-").FullName;
        try
        {
            await JourneyAsync(home);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task A_claim_shows_its_progress_can_be_stopped_and_draws_its_pictures()
    {
        using SemaphoreSlim gate = new(0);
        await using TestSite site = await TestSite.StartAsync(
        [
            FakeClaim.Named("fake/slow", context =>
            {
                context.Progress?.Report("step 12 of 40");
                gate.Wait(context.CancellationToken);
                return ClaimOutcome.Of(true, ("spread", 0.5)) with { Plots = [Spiral] };
            }),
        ]);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        await using IBrowserContext context = await OpenAsync(browser, site.Address.AbsoluteUri, ColorScheme.Dark);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync("/claims/fake/slow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rerun at full scale" }).ClickAsync();
        await Expect(page.Locator("[data-message]")).ToContainTextAsync("step 12 of 40");
        await SnapAsync(page, "claim-progress");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.Locator("[data-message]")).ToContainTextAsync("cancelled");
        await Expect(page.Locator("[data-status]")).ToHaveTextAsync("never run");

        await page.GetByRole(AriaRole.Button, new() { Name = "Rerun fake/slow" }).ClickAsync();
        await Expect(page.Locator("progress")).ToBeVisibleAsync();
        // Another page, or this one loaded again, sees the same rerun.
        await page.ReloadAsync();
        await Expect(page.Locator("[data-message]")).ToContainTextAsync("step 12 of 40");
        gate.Release();
        await Expect(page.Locator("[data-result] [data-status]")).ToHaveTextAsync("holds");
        ILocator canvas = page.Locator("[data-plots] .canvas");
        await Expect(canvas.Locator("canvas")).ToBeVisibleAsync();
        await Expect(canvas.Locator(".u-legend")).ToContainTextAsync("outward");
        Assert.True(await InkAsync(canvas) > 50, "The picture of a claim is empty.");
        await page.GetByText("Size of the spiral as a table").ClickAsync();
        Assert.Equal(60, await page.Locator("[data-plots] details tbody tr").CountAsync());
        await SnapAsync(page, "claim-plot");
        await CheckAccessibilityAsync(page, "claim-plot");
    }

    [Fact]
    public async Task A_suite_and_a_comparison_at_several_rates_are_drawn()
    {
        await using TestSite site = await TestSite.StartAsync();
        SuiteTargets targets = new()
        {
            Trials = 2,
            Seeds = 1,
            Baseline = new Dictionary<string, string> { ["inner.inner.learningRate"] = "0.05" },
            Workloads = new Dictionary<string, CalibratedWorkload>
            {
                ["valley"] = new(4.2, 30, new Dictionary<string, string>()),
                ["factorization"] = new(1.1, 30, new Dictionary<string, string>()),
            },
        };
        ComparedMethod[] methods = [new("adamw", new Dictionary<string, string> { ["learningRate"] = "0.02" }), new("sgd")];
        SuiteResult suite = Suite.Run(
            new SuitePlan
            {
                Methods = [.. methods, targets.AsMethod()],
                Targets = targets,
                Workloads = ["valley", "factorization"],
                Steps = 150,
                Seeds = 2,
                Evaluations = 30,
                Threads = 1,
                Home = site.Store.Home,
            },
            null, Cancellation);
        ComparisonResult rates = Comparison.Run(
            new ComparisonPlan
            {
                Task = "function:rosenbrock",
                Methods = ComparedMethod.At(methods, [1e-4, 1e-3, 1e-2, 0.1], _ => "learningRate"),
                Steps = 100,
                Seeds = 2,
                Threads = 1,
                Home = site.Store.Home,
            },
            null, Cancellation);
        Assert.Contains(suite.Id, await site.GetAsync("/comparisons"), StringComparison.Ordinal);
        Assert.Contains("Performance profile by steps to the target", await site.GetAsync($"/comparisons/{suite.Id}/report"), StringComparison.Ordinal);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        await using IBrowserContext context = await OpenAsync(browser, site.Address.AbsoluteUri, ColorScheme.Light);
        IPage page = await context.NewPageAsync();
        foreach ((string name, string id, string title) in new[]
        {
            ("suite", suite.Id, "Performance profile by steps to the target"), ("rates", rates.Id, "Final loss against the initial learning rate"),
        })
        {
            await page.GotoAsync($"/comparisons/{id}");
            ILocator canvas = page.Locator("figure", new() { HasText = title }).Locator(".canvas").First;
            await Expect(canvas.Locator(".u-legend")).ToBeVisibleAsync();
            Assert.True(await InkAsync(canvas) > 200, $"The picture of {name} is empty.");
            await SnapAsync(page, $"comparison-{name}");
            await CheckAccessibilityAsync(page, name);
            await CheckReportAsync(page, $"/comparisons/{id}/report", name);
        }

        await page.GotoAsync($"/comparisons/{suite.Id}");
        await Expect(page.Locator("table").First).ToContainTextAsync("nadamw-baseline");
        await page.GetByRole(AriaRole.Link, new() { Name = "valley" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("function:rosenbrock");
    }

    private static ClaimPlot Spiral => new("Size of the spiral", "turn", "size", new Dictionary<string, IReadOnlyList<(double X, double Y)>>
    {
        ["outward"] = [.. Enumerable.Range(1, 30).Select(i => ((double)i, Math.Pow(1.3, i)))],
        ["inward"] = [.. Enumerable.Range(1, 30).Select(i => (i + 0.5, Math.Pow(0.9, i)))],
    })
    {
        LogY = true,
    };

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Browser,
        // The sandbox needs rights that a container's user lacks; the only pages opened are our own.
        Args = ["--no-sandbox", "--disable-gpu"],
    });

    private static async Task<IBrowserContext> OpenAsync(IBrowser browser, string address, ColorScheme scheme)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
        });
        context.SetDefaultTimeout(60_000);
        SetDefaultExpectTimeout(60_000);
        return context;
    }

    private static async Task JourneyAsync(string home)
    {
        using (CommandProcess first = new(home, Train("sgd", "learningRate=0.002", 400)))
        {
            Assert.True(await first.EndAsync(Cancellation) == 0, first.Error);
        }

        using CommandProcess dashboard = new(home, "dashboard", "--port", "0", "--json");
        string address = JsonDocument.Parse(await dashboard.FirstOutputAsync(Cancellation)).RootElement.GetProperty("address").GetString()!;
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        await using IBrowserContext context = await OpenAsync(browser, address, ColorScheme.Light);
        List<string> complaints = [];
        // A policy that refuses something, or a script that throws, is said on the console.
        context.Console += (_, message) => Note(complaints, message.Type is "error" or "warning", message.Text);
        context.WebError += (_, error) => Note(complaints, true, error.Error);
        List<string> foreign = [];
        context.Request += (_, request) => Note(foreign, !request.Url.StartsWith(address, StringComparison.Ordinal), request.Url);
        IPage page = await context.NewPageAsync();

        await WatchTrainingAsync(page, home);
        string[] runs = await UseRunsByKeyboardAsync(page);
        await CompareAsync(page, runs);
        await RerunClaimAsync(page);
        await SeeStoredPicturesAsync(page, home);
        await ReadMethodAsync(page);
        string comparison = await ReadComparisonAsync(page, home);
        await TakePicturesAsync(page, runs, comparison);
        Assert.Empty(complaints);
        Assert.Empty(foreign);

        dashboard.Interrupt();
        Assert.Equal(0, await dashboard.EndAsync(Cancellation));
    }

    private static async Task WatchTrainingAsync(IPage page, string home)
    {
        using CommandProcess training = new(home, Train("adamw", "learningRate=0.002", 1_000_000));
        await page.GotoAsync("/?order=started");
        ILocator live = page.Locator("tr[data-live]");
        while (await live.CountAsync() == 0)
        {
            Assert.False(training.HasExited, training.Error);
            await Task.Delay(200, Cancellation);
            await page.ReloadAsync();
        }

        await Expect(live.Locator("[data-status]")).ToHaveTextAsync("running");
        await live.Locator("th a").ClickAsync();
        ILocator loss = page.Locator("figure[data-series=loss] [data-canvas]");
        await Expect(loss.Locator("canvas")).ToBeVisibleAsync();
        int before = await PointsAsync(loss);
        await Expect(loss).Not.ToHaveAttributeAsync("data-points", $"{before}");
        int after = await PointsAsync(loss);
        Assert.True(after > before && before > 0, $"{before} points, then {after}");
        Assert.True(await InkAsync(loss) > 50, "The plot of a running training is empty.");
        await Expect(page.Locator("main [data-status]").First).ToHaveTextAsync("running");
        await Expect(page.Locator("figure[data-series=loss] [data-summary]")).ToContainTextAsync("at step 1 to");
        await SnapAsync(page, "run-live");

        training.Interrupt();
        Assert.Equal(130, await training.EndAsync(Cancellation));
        await Expect(page.Locator("main [data-status]").First).ToHaveTextAsync("cancelled");
        await page.Locator("figure[data-series=loss] summary").ClickAsync();
        await Expect(page.Locator("figure[data-series=loss] details caption")).ToContainTextAsync("Training loss");
        Assert.InRange(await page.Locator("figure[data-series=loss] details tbody tr").CountAsync(), 2, 40);
    }

    // No mouse: only Tab, arrows, space and Enter.
    private static async Task<string[]> UseRunsByKeyboardAsync(IPage page)
    {
        await page.GotoAsync("/");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await FocusedAsync(page));
        await page.Keyboard.PressAsync("Enter");
        for (int presses = 0; !(await FocusedAsync(page)).StartsWith("Choose run", StringComparison.Ordinal); presses++)
        {
            Assert.True(presses < 60, "Tab never reached the first run.");
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("[data-chosen]")).ToHaveTextAsync("2 chosen");
        string[] runs = [.. await page.Locator("tbody tr").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.run)")];
        Assert.Equal(2, runs.Length);
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal(runs[1], await FocusedAsync(page));
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal(runs[0], await FocusedAsync(page));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Run {runs[0]}");
        return runs;
    }

    private static async Task CompareAsync(IPage page, string[] runs)
    {
        await page.GotoAsync("/");
        foreach (string run in runs)
        {
            await page.Locator($"tr[data-run='{run}'] input").CheckAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Compare the chosen runs" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Comparison of 2 runs");
        ILocator loss = page.Locator("figure[data-series=loss] [data-canvas]");
        await Expect(loss.Locator("canvas")).ToBeVisibleAsync();
        await Expect(loss.Locator(".u-legend")).ToContainTextAsync("adamw");
        await Expect(loss.Locator(".u-legend")).ToContainTextAsync("sgd");
        await Expect(page.Locator("[data-follow]")).ToHaveAttributeAsync("data-ended", "yes");
        Assert.True(await InkAsync(loss) > 50, "The plot of the comparison is empty.");
        await page.GetByLabel("Upwards").SelectOptionAsync("log");
        await page.GetByLabel("Across").SelectOptionAsync("seconds");
        await Expect(loss.Locator(".u-legend")).ToContainTextAsync("training time");
        Assert.True(await InkAsync(loss) > 50, "The logarithmic plot is empty.");
    }

    private static async Task RerunClaimAsync(IPage page)
    {
        await page.GotoAsync("/claims");
        ILocator card = page.Locator("[data-claim='mvn-grad/first-step']");
        await Expect(card.Locator("[data-status]")).ToHaveTextAsync("never run");
        ILocator button = card.GetByRole(AriaRole.Button, new() { Name = "Rerun" });
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(card.Locator("[data-status]")).ToHaveTextAsync("holds");
        await Expect(card.Locator("[data-announce]")).ToHaveTextAsync("mvn-grad/first-step: holds");
        await Expect(card.Locator("[data-result] summary")).ToContainTextAsync("figure");
        await Expect(button).ToBeEnabledAsync();
        await Expect(page.Locator("[data-counts]")).ToContainTextAsync("1 holds");
        await card.Locator("[data-result] summary").ClickAsync();
        await SnapAsync(page, "claim-rerun");
        await page.ReloadAsync();
        await Expect(card.Locator("[data-status]")).ToHaveTextAsync("holds");
    }

    // What another process ran is drawn too: on the board, on the method's page, on the claim's own.
    private static async Task SeeStoredPicturesAsync(IPage page, string home)
    {
        using (CommandProcess reproduce = new(home, "reproduce", "mvn-grad/bounded-spike", "--json"))
        {
            Assert.True(await reproduce.EndAsync(Cancellation) == 0, reproduce.Error);
        }

        foreach (string address in new[] { "/claims?method=mvn-grad", "/methods/mvn-grad" })
        {
            await page.GotoAsync(address);
            ILocator card = page.Locator("article", new() { HasText = "bounded-spike" }).First;
            await card.Locator("[data-pictures] > summary").ClickAsync();
            ILocator canvas = card.Locator(".canvas").First;
            await Expect(canvas.Locator("canvas")).ToBeVisibleAsync();
            Assert.True(await InkAsync(canvas) > 50, $"The picture on {address} is empty.");
        }

        await SnapAsync(page, "method-pictures");
    }

    // While it goes on the page counts its parts; then it has a table and pictures.
    private static async Task<string> ReadComparisonAsync(IPage page, string home)
    {
        using CommandProcess comparing = new(
            home,
            "compare", "text", "--data", Documents, "--optimizers", "sgd,adamw,mvn-grad", "--tune", "learning-rate", "--tune-trials", "3",
            "--seeds", "3", "--steps", "60", "--batch", "2", "--layers", "1", "--width", "16", "--heads", "2", "--context", "16",
            "--threads", "1", "--json");
        await page.GotoAsync("/comparisons");
        ILocator first = page.Locator("a[href^='/comparisons/c']").First;
        while (await first.CountAsync() == 0)
        {
            Assert.False(comparing.HasExited, comparing.Error);
            await Task.Delay(200, Cancellation);
            await page.ReloadAsync();
        }

        await first.ClickAsync();
        string address = new Uri(page.Url).AbsolutePath;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("sgd, adamw, mvn-grad on text");
        Assert.True(await comparing.EndAsync(Cancellation) == 0, comparing.Error);
        // No reload: the page follows.
        await Expect(page.Locator("main [data-status]").First).ToHaveTextAsync("completed");
        await Expect(page.GetByText("18 of 18 parts done")).ToBeVisibleAsync();
        foreach (string title in new[] { "Validation loss by step", "Validation loss against the learning rate", "Final loss against memory" })
        {
            ILocator canvas = page.Locator($".canvas[data-label='{title}']");
            await Expect(canvas.Locator("canvas")).ToBeVisibleAsync();
            await Expect(canvas.Locator(".u-legend")).ToContainTextAsync("mvn-grad");
            Assert.True(await InkAsync(canvas) > 50, $"The plot '{title}' is empty.");
        }

        return address;
    }

    private static async Task ReadMethodAsync(IPage page)
    {
        await page.GotoAsync("/methods/adamw");
        await Expect(page.Locator(".equation math").First).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator(".equation .temml-error, .equation merror").CountAsync());
        await Expect(page.GetByText("Recorded results")).ToBeVisibleAsync();
        await Expect(page.Locator("table", new() { HasText = "Validation losses" })).ToContainTextAsync("text");
    }

    private static async Task TakePicturesAsync(IPage page, string[] runs, string comparison)
    {
        (string Name, string Address)[] pages =
        [
            ("runs", "/"), ("run", $"/runs/{runs[0]}"), ("compare", $"/compare?run={runs[0]}&run={runs[1]}"),
            ("methods", "/methods"), ("method", "/methods/mvn-grad"), ("claims", "/claims"), ("claim", "/claims/mvn-grad/bounded-spike"),
            ("comparisons", "/comparisons"), ("comparison", comparison), ("report", comparison + "/report"),
        ];
        (string Name, int Width, ColorScheme Scheme)[] looks =
            [("light", 1280, ColorScheme.Light), ("dark", 1280, ColorScheme.Dark), ("phone", 390, ColorScheme.Light)];
        foreach ((string look, int width, ColorScheme scheme) in looks)
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            foreach ((string name, string address) in pages)
            {
                await page.GotoAsync(address);
                if (await page.Locator("[data-follow]").CountAsync() > 0)
                {
                    await Expect(page.Locator("[data-follow]")).ToHaveAttributeAsync("data-ended", "yes");
                }

                if (name == "claim")
                {
                    await Expect(page.Locator("[data-plots] .u-legend").First).ToBeVisibleAsync();
                }

                if (await page.Locator("[data-comparison]").CountAsync() > 0)
                {
                    await Expect(page.Locator("[data-plots] .u-legend").Nth(5)).ToBeVisibleAsync();
                }

                await SnapAsync(page, $"{name}-{look}");
                await CheckAccessibilityAsync(page, $"{name}-{look}");

                int overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(overflow <= 0, $"{name} at {width} pixels is {overflow} pixels too wide.");
            }
        }
    }

    private static async Task CheckReportAsync(IPage page, string address, string name)
    {
        (string Look, int Width, ColorScheme Scheme)[] looks =
            [("light", 1280, ColorScheme.Light), ("dark", 1280, ColorScheme.Dark), ("phone", 400, ColorScheme.Light)];
        foreach ((string look, int width, ColorScheme scheme) in looks)
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await page.GotoAsync(address);
            await SnapAsync(page, $"report-{name}-{look}");
            await CheckAccessibilityAsync(page, $"report-{name}-{look}");
        }

        await page.SetViewportSizeAsync(1280, 900);
    }

    // Axe looks for what keeps people with screen readers or weak sight out: names, roles, order of headings, contrast.
    private static async Task CheckAccessibilityAsync(IPage page, string name)
    {
        string axe = await File.ReadAllTextAsync(
            Path.Combine(Root(), "artifacts", "web", "node_modules", "axe-core", "axe.min.js"), Cancellation);
        await page.EvaluateAsync(axe);
        string[] violations = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const found = await axe.run(document, { resultTypes: ["violations"] });
              return found.violations.map(rule => `${rule.id}: ${rule.help}: ${rule.nodes.map(node => node.html).slice(0, 3).join(" | ")}`);
            }
            """);
        Assert.True(violations.Length == 0, $"{name}: {string.Join(Environment.NewLine, violations)}");
    }

    private static string[] Train(string method, string setting, int steps) =>
    [
        "train", "text", "--data", Documents, "--optimizer", method, "--set", setting, "--steps", $"{steps}", "--batch", "2",
        "--layers", "1", "--width", "16", "--heads", "2", "--context", "16", "--threads", "1", "--evaluate-every", "50", "--json",
    ];

    private static string Documents => Path.Combine(Root(), "README.md");

    private static async Task<int> PointsAsync(ILocator canvas) =>
        int.Parse(await canvas.GetAttributeAsync("data-points") ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>(
        "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()");

    // Pixels in the colours of curves: axes and grid are grey.
    private static Task<int> InkAsync(ILocator canvas) => canvas.Locator("canvas").EvaluateAsync<int>(
        """
        canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4) {
            const most = Math.max(data[i], data[i + 1], data[i + 2]);
            const least = Math.min(data[i], data[i + 1], data[i + 2]);
            if (data[i + 3] > 128 && most - least > 80) count++;
          }
          return count;
        }
        """);

    private static async Task SnapAsync(IPage page, string name) => await page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(Root(), "artifacts", "screenshots", $"{name}.png"),
        FullPage = true,
    });

    private static void Note(List<string> list, bool matters, string text)
    {
        if (matters)
        {
            lock (list)
            {
                list.Add(text);
            }
        }
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
