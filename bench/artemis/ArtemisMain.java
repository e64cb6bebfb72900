import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** Artemis with MQTT on 127.0.0.1: PORT FOLDER, what is durable in its journal below FOLDER. */
public class ArtemisMain {
  public static void main(String[] a) throws Exception {
    var conf = new ConfigurationImpl();
    conf.setSecurityEnabled(false);
    conf.setPersistenceEnabled(true);
    conf.setJournalType(JournalType.NIO);
    conf.setJournalDirectory(a[1] + "/journal");
    conf.setBindingsDirectory(a[1] + "/bindings");
    conf.setPagingDirectory(a[1] + "/paging");
    conf.setLargeMessagesDirectory(a[1] + "/large");
    conf.setNodeManagerLockDirectory(a[1]);
    conf.addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + a[0] + "?protocols=MQTT");
    var broker = new EmbeddedActiveMQ();
    broker.setConfiguration(conf);
    broker.start();
    System.out.println("READY");
    Thread.currentThread().join();
  }
}
