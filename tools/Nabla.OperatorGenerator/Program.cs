using Nabla.OperatorGenerator;

const string Usage =
    "Usage: dotnet run --project tools/Nabla.OperatorGenerator -- [--check] [--schemas FILE]\n"
    + "Writes src/Nabla.Engine/Operators from the schemas of libtorch and operators.txt.\n"
    + "  --check         write nothing; exit 1 when the files in the repository are not what would be written\n"
    + "  --schemas FILE  read the schemas from a file, one a line, instead of from libtorch\n"
    + "  --list-schemas  print the schemas that libtorch reports and exit";

var check = false;
var list = false;
string? schemaFile = null;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--check":
            check = true;
            break;
        case "--list-schemas":
            list = true;
            break;
        case "--schemas" when i + 1 < args.Length:
            schemaFile = args[++i];
            break;
        default:
            Console.Error.WriteLine(args[i] is "--help" or "-h" ? Usage : $"Unknown argument '{args[i]}'.\n{Usage}");
            return args[i] is "--help" or "-h" ? 0 : 2;
    }
}

try
{
    if (list)
    {
        foreach (var schema in InstalledSchemas.All())
        {
            Console.WriteLine(schema);
        }

        return 0;
    }

    var repository = Repository.Find(Directory.GetCurrentDirectory());
    var operators = repository.ReadOperators();
    if (schemaFile is null && !InstalledSchemas.Version.StartsWith(operators.LibtorchVersion, StringComparison.Ordinal))
    {
        Console.Error.WriteLine(
            $"The operators are written from the schemas of libtorch {operators.LibtorchVersion}, but libtorch "
            + $"{InstalledSchemas.Version} is loaded. Unset NABLA_LIBTORCH or change the version in operators.txt.");
        return 2;
    }

    var source = OperatorSource.Generate(operators, schemaFile is null ? InstalledSchemas.All() : File.ReadLines(schemaFile));
    foreach (var line in source.Dropped)
    {
        Console.WriteLine($"left out: {line}");
    }

    if (!check)
    {
        OperatorSource.Write(repository.OutputFolder, source);
        Console.WriteLine($"{source.MethodCount} methods of {operators.Entries.Count} operators in {source.Files.Count} files.");
        return 0;
    }

    var differences = OperatorSource.Differences(repository.OutputFolder, source);
    foreach (var difference in differences)
    {
        Console.Error.WriteLine($"src/Nabla.Engine/Operators: {difference}");
    }

    if (differences.Count > 0)
    {
        Console.Error.WriteLine("Run 'dotnet run --project tools/Nabla.OperatorGenerator' and commit what it writes.");
        return 1;
    }

    Console.WriteLine($"{source.Files.Count} files are current.");
    return 0;
}
catch (Exception error) when (error is FormatException or NotSupportedException or IOException or Nabla.Engine.EngineException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
