using System.Globalization;

namespace Nabla.OperatorGenerator;

/// <summary>One operator as libtorch reports it: name, overload, arguments and results.</summary>
internal sealed record OperatorSchema(
    string Text,
    string Name,
    string Overload,
    IReadOnlyList<SchemaArgument> Arguments,
    IReadOnlyList<SchemaResult> Results)
{
    /// <summary>The name as lists write it: <c>add.Tensor</c>, or <c>relu</c> where there is no overload name.</summary>
    public string FullName => Overload.Length == 0 ? Name : $"{Name}.{Overload}";

    /// <summary>Reads a schema such as <c>aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor</c>.</summary>
    /// <exception cref="FormatException">The text is no schema of the namespace <c>aten</c>.</exception>
    public static OperatorSchema Parse(string text)
    {
        const string prefix = "aten::";
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var arrow = text.LastIndexOf(" -> ", StringComparison.Ordinal);
        // A result such as Tensor(a -> *)[] holds an arrow of its own: the last one outside brackets counts.
        while (arrow > 0 && Depth(text, arrow) != 0)
        {
            arrow = text.LastIndexOf(" -> ", arrow - 1, StringComparison.Ordinal);
        }

        if (!text.StartsWith(prefix, StringComparison.Ordinal) || open < 0 || arrow < open || text[arrow - 1] != ')')
        {
            throw new FormatException($"'{text}' is no operator schema: expected aten::NAME(ARGUMENTS) -> RESULTS.");
        }

        var full = text[prefix.Length..open];
        var dot = full.IndexOf('.', StringComparison.Ordinal);
        var arguments = SplitOutsideBrackets(text[(open + 1)..(arrow - 1)])
            .Where(part => part != "*")
            .Select(SchemaArgument.Parse)
            .ToArray();
        var results = text[(arrow + 4)..].Trim();
        var isTuple = results.StartsWith('(');
        var resultParts = isTuple ? SplitOutsideBrackets(results[1..^1]) : [results];
        return new OperatorSchema(
            text,
            dot < 0 ? full : full[..dot],
            dot < 0 ? string.Empty : full[(dot + 1)..],
            arguments,
            [.. resultParts.Select(SchemaResult.Parse)]);
    }

    private static int Depth(string text, int end)
    {
        var depth = 0;
        foreach (var c in text.AsSpan(0, end))
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
        }

        return depth;
    }

    private static List<string> SplitOutsideBrackets(string text)
    {
        var parts = new List<string>();
        var depth = 0;
        var quoted = false;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && (i == 0 || text[i - 1] != '\\'))
            {
                quoted = !quoted;
            }

            if (quoted)
            {
                continue;
            }

            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == ',' && depth == 0)
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        var last = text[start..].Trim();
        if (last.Length > 0)
        {
            parts.Add(last);
        }

        return parts;
    }
}

/// <summary>A type of a schema without its alias marks: <c>int[2]?</c> is Base int, IsList, Size 2, IsOptional.</summary>
internal sealed record SchemaType(string Base, bool IsList, int? Size, bool IsOptional, bool ElementIsOptional, bool IsWritten)
{
    /// <summary>The type without marks, as switch statements read it: <c>int[]?</c>, <c>Tensor?[]</c>.</summary>
    public string Kind =>
        Base + (ElementIsOptional ? "?" : string.Empty) + (IsList ? "[]" : string.Empty) + (IsOptional ? "?" : string.Empty);

    /// <summary>Reads a type at the start of <paramref name="text"/> and says where it ends.</summary>
    public static (SchemaType Type, int End) Parse(string text)
    {
        var i = 0;
        while (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_'))
        {
            i++;
        }

        // A symbolic integer takes plain integers too, and shapes here are always plain.
        var name = text[..i] == "SymInt" ? "int" : text[..i];
        var written = false;
        var list = false;
        int? size = null;
        var optional = false;
        var elementOptional = false;
        for (; i < text.Length; i++)
        {
            if (text[i] == '(')
            {
                var close = text.IndexOf(')', i);
                written |= text[i..close].Contains('!', StringComparison.Ordinal);
                i = close;
            }
            else if (text[i] == '[')
            {
                if (list)
                {
                    throw new FormatException($"'{text}' is a list of lists, which no argument of this program can be.");
                }

                var close = text.IndexOf(']', i);
                size = close == i + 1 ? null : int.Parse(text[(i + 1)..close], CultureInfo.InvariantCulture);
                list = true;
                elementOptional = optional;
                optional = false;
                i = close;
            }
            else if (text[i] == '?')
            {
                optional = true;
            }
            else
            {
                break;
            }
        }

        return (new SchemaType(name, list, size, optional, elementOptional, written), i);
    }
}

/// <summary>An argument of a schema; <see cref="Default"/> is null where the caller must give the value.</summary>
internal sealed record SchemaArgument(SchemaType Type, string Name, string? Default)
{
    /// <summary>Reads an argument such as <c>int[2] stride=1</c>.</summary>
    public static SchemaArgument Parse(string text)
    {
        var (type, end) = SchemaType.Parse(text);
        var rest = text[end..].Trim();
        var equals = rest.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new SchemaArgument(type, rest, null)
            : new SchemaArgument(type, rest[..equals], rest[(equals + 1)..]);
    }
}

/// <summary>A result of a schema; <see cref="Name"/> is empty where the schema gives none.</summary>
internal sealed record SchemaResult(SchemaType Type, string Name)
{
    /// <summary>Reads a result such as <c>Tensor values</c>.</summary>
    public static SchemaResult Parse(string text)
    {
        var (type, end) = SchemaType.Parse(text);
        return new SchemaResult(type, text[end..].Trim());
    }
}
