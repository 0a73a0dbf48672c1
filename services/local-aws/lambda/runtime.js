// AWS's runtime client, aws-lambda-ric, with rapid-client.ts in place of its native addon.
import './rapid-client.ts';
import 'aws-lambda-ric';
