namespace Nabla.OperatorGenerator;

/// <summary>The folders of the repository that the program reads and writes.</summary>
internal sealed record Repository(string Root)
{
    /// <summary>Where the generated files are.</summary>
    public string OutputFolder => Path.Combine(Root, "src", "Nabla.Engine", "Operators");

    /// <summary>The repository that a folder is in: the nearest parent with Nabla.slnx.</summary>
    /// <exception cref="FileNotFoundException">No parent has that file.</exception>
    public static Repository Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Nabla.slnx")))
            {
                return new Repository(at.FullName);
            }
        }

        throw new FileNotFoundException($"No folder above {folder} holds Nabla.slnx: run the program inside the repository.");
    }

    /// <summary>The chosen operators.</summary>
    public OperatorList ReadOperators() =>
        OperatorList.Parse(File.ReadAllText(Path.Combine(Root, "tools", "Nabla.OperatorGenerator", "operators.txt")));
}
