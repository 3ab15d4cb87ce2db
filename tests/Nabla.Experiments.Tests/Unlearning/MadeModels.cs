using Nabla.Engine;
using Nabla.Experiments.Unlearning;

namespace Nabla.Experiments.Tests.Unlearning;

/// <summary>Small profiles with models that learned them, made once.</summary>
public sealed class MadeModels : IDisposable
{
    public MadeModels() => ProfileTraining.Make(Folder, 6, 10, 30, new Seed(5));

    public string Folder { get; } = Directory.CreateTempSubdirectory("nabla-made-").FullName;

    public string Home => Path.Combine(Folder, "home");

    public string At(string name) => Path.Combine(Folder, name);

    internal UnlearningPlan Plan(string method, string output) => UnlearningSettings.ForProfiles(new UnlearningPlan
    {
        Model = At("full"),
        Retrained = At("retrained"),
        Forget = At("forget10.json"),
        Retain = At("retain90.json"),
        Unseen = At("unseen.json"),
        Utility = [At("real_authors.json"), At("world_facts.json")],
        Method = method,
        NewTokens = 16,
        Audit = true,
        Out = At(output),
        Home = Home,
    });

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
