-- no job of the queues runs on a copied database
UPDATE queue_job
   SET state = 'cancelled'
 WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started')
   AND channel LIKE 'root.whatsapp.%';
