namespace Nabla.Problems.Datasets;

/// <summary>Takes the readable text out of XML, byte by byte; malformed XML gives some text, never an error.</summary>
internal static class XmlText
{
    /// <summary>
    /// Appends the text between the tags: tags, comments and processing instructions go, the five named entities and
    /// numbered ones below 128 become their character, other entities go, and white space shrinks to one character
    /// (a line feed where there was one). An empty tag of API documentation that stands for a word, such as
    /// <c>&lt;see cref="T:System.String" /&gt;</c>, gives the word: a sentence with holes would be no English.
    /// </summary>
    /// <param name="xml">UTF-8 text.</param>
    /// <param name="target">Receives the text; must be at least as long as <paramref name="xml"/>.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Strip(ReadOnlySpan<byte> xml, Span<byte> target)
    {
        var written = 0;
        byte space = 0;
        var at = xml.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        while (at < xml.Length)
        {
            var b = xml[at];
            if (b == '<')
            {
                var tag = xml.Slice(at, TagLength(xml[at..]));
                at += tag.Length;
                if (Reference(tag) is { IsEmpty: false } word)
                {
                    if (space != 0 && written > 0)
                    {
                        target[written++] = space;
                    }

                    space = 0;
                    word.CopyTo(target[written..]);
                    written += word.Length;
                }

                continue;
            }

            if (b <= ' ')
            {
                space = b == '\n' || space == '\n' ? (byte)'\n' : (byte)' ';
                at++;
                continue;
            }

            var length = 1;
            if (b == '&')
            {
                (b, length) = Entity(xml[at..]);
            }

            at += length;
            if (b == 0)
            {
                continue;
            }

            if (space != 0 && written > 0)
            {
                target[written++] = space;
            }

            space = 0;
            target[written++] = b;
        }

        if (written > 0)
        {
            target[written++] = (byte)'\n';
        }

        return Math.Min(written, target.Length);
    }

    private static int TagLength(ReadOnlySpan<byte> xml)
    {
        if (xml.StartsWith("<!--"u8))
        {
            return End(xml.IndexOf("-->"u8), 3, xml.Length);
        }

        // A quoted value may hold '>'.
        var at = 1;
        while (at < xml.Length)
        {
            var next = xml[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (next < 0)
            {
                return xml.Length;
            }

            at += next;
            if (xml[at] == '>')
            {
                return at + 1;
            }

            var quote = xml[(at + 1)..].IndexOf(xml[at]);
            if (quote < 0)
            {
                return xml.Length;
            }

            at += quote + 2;
        }

        return xml.Length;
    }

    /// <summary>The word that an empty tag stands for: a member's short name, a parameter, a keyword; often none.</summary>
    private static ReadOnlySpan<byte> Reference(ReadOnlySpan<byte> tag)
    {
        if (!tag.EndsWith("/>"u8))
        {
            return [];
        }

        if (tag.StartsWith("<paramref "u8) || tag.StartsWith("<typeparamref "u8))
        {
            return Attribute(tag, "name="u8);
        }

        if (!tag.StartsWith("<see "u8))
        {
            return [];
        }

        if (Attribute(tag, "langword="u8) is { IsEmpty: false } keyword)
        {
            return keyword;
        }

        // M:System.Text.StringBuilder.Append(System.Char) is read as Append, T:System.Span`1 as Span.
        var name = Attribute(tag, "cref="u8);
        var end = name.IndexOfAny("(`{"u8);
        name = end < 0 ? name : name[..end];
        return name[(name.LastIndexOfAny(".:"u8) + 1)..];
    }

    private static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name)
    {
        var at = tag.IndexOf(name);
        if (at < 0 || at + name.Length >= tag.Length)
        {
            return [];
        }

        var quote = tag[at + name.Length];
        var value = tag[(at + name.Length + 1)..];
        var end = value.IndexOf(quote);
        return end < 0 ? [] : value[..end];
    }

    private static int End(int found, int length, int whole) => found < 0 ? whole : found + length;

    private static (byte Character, int Length) Entity(ReadOnlySpan<byte> xml)
    {
        var end = xml[..Math.Min(xml.Length, 12)].IndexOf((byte)';');
        if (end < 0)
        {
            return ((byte)'&', 1);
        }

        var name = xml[1..end];
        byte character = 0;
        if (name.SequenceEqual("lt"u8))
        {
            character = (byte)'<';
        }
        else if (name.SequenceEqual("gt"u8))
        {
            character = (byte)'>';
        }
        else if (name.SequenceEqual("amp"u8))
        {
            character = (byte)'&';
        }
        else if (name.SequenceEqual("quot"u8))
        {
            character = (byte)'"';
        }
        else if (name.SequenceEqual("apos"u8))
        {
            character = (byte)'\'';
        }
        else if (name.Length > 1 && name[0] == '#' && byte.TryParse(name[1..], out var number) && number is >= 32 and < 128)
        {
            character = number;
        }

        return (character, end + 1);
    }
}
