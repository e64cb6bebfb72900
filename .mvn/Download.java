import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/** Stands in for curl and wget where mvnw finds neither: {@code java Download.java URL FILE}. */
class Download {
  public static void main(String[] args) throws Exception {
    var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    var request = HttpRequest.newBuilder(URI.create(args[0])).build();
    int status = client.send(request, BodyHandlers.ofFile(Path.of(args[1]))).statusCode();
    if (status != 200) {
      System.err.println("HTTP " + status + " from " + args[0]);
      System.exit(1);
    }
  }
}
