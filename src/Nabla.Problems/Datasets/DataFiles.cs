namespace Nabla.Problems.Datasets;

/// <summary>Finds and reads files that a user named, with sentences instead of system errors.</summary>
internal static class DataFiles
{
    /// <summary>The file itself, or every file below the folder in ordinal order of the path; hidden ones left out.</summary>
    internal static IReadOnlyList<string> List(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new DataException($"There is no file or folder '{path}'. Give the path of existing data.");
        }

        var found = new List<string>();
        try
        {
            Collect(path, found);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The folder '{path}' cannot be read: {exception.Message}", exception);
        }

        if (found.Count == 0)
        {
            throw new DataException($"The folder '{path}' holds no files. Name a folder with data in it.");
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Reads a file up to a limit.</summary>
    internal static byte[] Read(string path, long limit)
    {
        try
        {
            using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var bytes = new byte[Math.Min(Math.Min(RandomAccess.GetLength(handle), limit), Array.MaxLength)];
            var done = 0;
            while (done < bytes.Length)
            {
                var count = RandomAccess.Read(handle, bytes.AsSpan(done), done);
                if (count == 0)
                {
                    return bytes[..done];
                }

                done += count;
            }

            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static void Collect(string folder, List<string> found)
    {
        // A folder behind a link is left out: it may lead back here.
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.Name.StartsWith('.'))
            {
                continue;
            }

            if (entry is FileInfo)
            {
                found.Add(Path.Combine(folder, entry.Name));
            }
            else if (entry.LinkTarget is null)
            {
                Collect(Path.Combine(folder, entry.Name), found);
            }
        }
    }
}
