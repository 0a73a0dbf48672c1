import com.fasterxml.jackson.databind.ObjectMapper;
import io.trino.Session;
import io.trino.plugin.memory.MemoryConnectorFactory;
import io.trino.spi.type.TimeZoneKey;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedResult;
import io.trino.testing.MaterializedRow;
import io.trino.testing.TestingSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs lists of SQL statements, each list on an empty database of its own.
 *
 * <p>The argument is a JSON file: a list of lists of statements. The answer is written beside it, with ".out" added to
 * its name: for each list the rows of its statements, every value as text, or null.
 */
public class RunQueries {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<List<List<List<String>>>> answers = new ArrayList<>();
    try (LocalQueryRunner runner = LocalQueryRunner.create(sessionOn("memory"))) {
      runner.createCatalog("memory", new MemoryConnectorFactory(), Map.of());
      for (String[] statements : json.readValue(Path.of(args[0]).toFile(), String[][].class)) {
        String catalog = "memory" + answers.size();
        runner.createCatalog(catalog, "memory", Map.of());
        List<List<List<String>>> answer = new ArrayList<>();
        for (String statement : statements) {
          MaterializedResult result = runner.execute(sessionOn(catalog), statement);
          answer.add(result.getMaterializedRows().stream().map(RunQueries::texts).toList());
        }
        answers.add(answer);
      }
    }
    Files.writeString(Path.of(args[0] + ".out"), json.writeValueAsString(answers));
    System.exit(0);
  }

  /** Athena's sessions are in UTC. */
  private static Session sessionOn(String catalog) {
    return TestingSession.testSessionBuilder()
        .setCatalog(catalog)
        .setSchema("default")
        .setTimeZoneKey(TimeZoneKey.UTC_KEY)
        .build();
  }

  private static List<String> texts(MaterializedRow row) {
    List<String> values = new ArrayList<>();
    for (Object value : row.getFields()) values.add(value == null ? null : value.toString());
    return values;
  }
}
