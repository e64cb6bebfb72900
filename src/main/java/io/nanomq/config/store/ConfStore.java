package io.nanomq.config.store;

import java.io.IOException;
import java.util.function.Consumer;

/** Where one document is kept. All methods may block; none belongs on an event loop. */
public interface ConfStore {

  /** Version of a document that is not there. */
  String ABSENT = "absent";

  /** Version that a watch tells of a document that cannot be read at the moment. */
  String UNREADABLE = "unreadable";

  /** Name for messages, such as the file's path. */
  String name();

  /**
   * The document as it is now; empty and {@link #ABSENT} where there is none.
   *
   * @throws IOException where it cannot be read
   */
  StoredConf read() throws IOException;

  /**
   * Replaces the whole document: readers see the old one or the new one, also after a crash.
   *
   * @param expectedVersion the version that the change was made from
   * @return what is stored now
   * @throws ConfConflictException where the document has changed meanwhile; nothing was written
   * @throws IOException where it cannot be written; the document is as it was
   */
  StoredConf write(String expectedVersion, byte[] bytes) throws IOException;

  /**
   * Tells about every change from now on, those through {@link #write} included. Changes that
   * follow each other quickly may be told as one. That a document is gone, or cannot be read any
   * more, is a change too; whoever wrote it may not be done, so that what is told may be half of
   * it.
   *
   * @param listener called by a thread of the store, one call at a time
   * @return closing it ends the calls
   */
  Watch watch(Consumer<StoredConf> listener);

  /** A watch that can be ended. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
